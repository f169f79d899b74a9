import ddpm
import Testing
