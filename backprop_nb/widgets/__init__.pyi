from .branching import Branches as Branches
from .branching import branches as branches
from .jacobian_map import JacobianMap as JacobianMap
from .jacobian_map import jacobian as jacobian
from .multiplying import Matmul as Matmul
from .multiplying import matmul as matmul
from .stepping import Stepper as Stepper
from .stepping import stepper as stepper
