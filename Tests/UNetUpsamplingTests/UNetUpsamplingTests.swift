import Testing
import UNetUpsampling
