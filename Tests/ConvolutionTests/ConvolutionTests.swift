import Convolution
import Testing
