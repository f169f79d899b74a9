import Testing
import ddpm
