import UNetUpsampling
import Testing
