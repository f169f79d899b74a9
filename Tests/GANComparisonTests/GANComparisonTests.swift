import GANComparison
import Testing
