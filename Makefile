# `make demo` draws digits, `make test` tests everything; `lint`, `bench` and `compare` do what they say.

.PHONY: demo test lint bench compare libpng

demo: libpng
	swift build -c release --product ddpm
	.build/release/ddpm demo

# One test binary, without the empty XCTest run.
test: libpng lint
	swift build --build-tests
	swift test --skip-build --disable-xctest

lint:
	swift format lint --strict --recursive Package.swift Sources Tests solutions

bench: libpng
	swift build -c release --product ddpm
	.build/release/ddpm bench

# Speed and memory beside PyTorch's. PYTHON must be a Python that has torch: see benchmarks/README.md.
PYTHON ?= python3
compare: libpng
	swift build -c release --product ddpm
	$(PYTHON) benchmarks/compare.py

# libpng reads and writes the pictures. Where it is missing it is installed, and that is said.
libpng:
	@pkg-config --exists libpng zlib 2>/dev/null || ./scripts/install-libpng
