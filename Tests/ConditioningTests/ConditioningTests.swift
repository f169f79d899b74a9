import Conditioning
import Testing
