import Evaluation
import Testing
