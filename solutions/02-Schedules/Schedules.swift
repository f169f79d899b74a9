import Learning
import Tensors
