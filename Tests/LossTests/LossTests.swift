import Loss
import Testing
