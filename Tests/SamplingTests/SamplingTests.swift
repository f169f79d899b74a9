import Sampling
import Testing
