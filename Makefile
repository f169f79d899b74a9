# `make demo` draws digits, `make test` tests everything; `lint`, `docs`, `bench`, `compare`, `stubs`, `mutants` and `rehearsal` do what they say.

.PHONY: demo test lint docs bench compare stubs mutants rehearsal rehearsal-all libpng

# The reference solutions, where they are here; a student's copy runs on its exercises.
TRAITS := $(if $(wildcard solutions),--traits Solutions)

demo: libpng
	$(if $(wildcard solutions),,./scripts/demo-needs)
	swift build -c release --product ddpm $(TRAITS)
	.build/release/ddpm demo

# One test binary, without the empty XCTest run.
test: libpng lint
	swift build --build-tests $(TRAITS)
	swift test --skip-build --disable-xctest $(TRAITS)
	$(if $(wildcard solutions),.build/debug/course check)

lint:
	swift format lint --strict --recursive Package.swift Sources Tests $(wildcard solutions)

# The reference of the engine and the chapters, as pages for a browser.
docs: libpng
	./scripts/build-docs

bench: libpng
	swift build -c release --product ddpm $(TRAITS)
	.build/release/ddpm bench

# Speed and memory beside PyTorch's. PYTHON must be a Python that has torch: see benchmarks/README.md.
PYTHON ?= python3
compare: libpng
	swift build -c release --product ddpm $(TRAITS)
	$(PYTHON) benchmarks/compare.py

# Untouched exercises must fail their suites by their own sentences, and nothing else may fail.
stubs: libpng
	./course check --stubs
	swift test --skip-build --disable-xctest --skip '\.(Exercise|Hidden)[0-9]_[0-9]|SpotChecks\.'

# The tests that students have must find every wrong answer in Tests/Mutants, and refuse no right one in Tests/Variants.
mutants: libpng
	./course mutants --right
	./course mutants

# Submissions whose worth is known, hostile ones among them, must get the points that they are worth. Those that take minutes are
# in rehearsal-all alone, whose last run INSTRUCTORS.md writes down.
rehearsal: libpng
	./course rehearse --quick

rehearsal-all: libpng
	./course rehearse

# libpng reads and writes the pictures. Where it is missing it is installed, and that is said.
libpng:
	@pkg-config --exists libpng zlib 2>/dev/null || ./scripts/install-libpng
