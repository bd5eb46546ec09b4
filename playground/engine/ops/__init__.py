"""The operators of a CNN as pure functions on (batch, channel, row, column) arrays.

Names, arguments and results are those of ``torch.nn.functional``. Whole numbers are computed as
float32; float64 stays float64. No operator changes the arrays it is given. Input that does not
fit raises `EngineError` with one sentence that says why.

Right under each operator stands its backward: from the gradient of the loss at the operator's
output, and from what the forward received, it computes the gradient at each of its inputs. It
trusts the arrays that it is given, which a forward has already checked.
"""

from __future__ import annotations

from playground.engine.checks import pair
from playground.engine.ops.activations import (
    leaky_relu,
    leaky_relu_backward,
    relu,
    relu6,
    relu6_backward,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    tanh,
    tanh_backward,
)
from playground.engine.ops.convolution import conv2d, conv2d_backward
from playground.engine.ops.dense import flatten, flatten_backward, linear, linear_backward
from playground.engine.ops.joins import (
    add,
    add_backward,
    add_shape,
    concat,
    concat_backward,
    concat_shape,
)
from playground.engine.ops.normalisation import batch_norm, batch_norm_backward, check_eps
from playground.engine.ops.pooling import (
    avg_pool2d,
    avg_pool2d_backward,
    global_avg_pool2d,
    global_avg_pool2d_backward,
    max_pool2d,
    max_pool2d_backward,
    sum_pool2d,
    sum_pool2d_backward,
)
from playground.engine.ops.regularisation import (
    check_rate,
    dropout,
    dropout_backward,
    dropout_mask,
)
from playground.engine.ops.response import (
    check_response,
    local_response_norm,
    local_response_norm_backward,
)
from playground.engine.ops.softmax import (
    log_softmax,
    log_softmax_backward,
    softmax,
    softmax_backward,
)
from playground.engine.padding import (
    PADDING_MODES,
    output_size,
    output_sizes,
    pad2d,
    pad2d_backward,
    resolve_padding,
)

__all__ = [
    "PADDING_MODES", "add", "add_backward", "add_shape", "avg_pool2d", "avg_pool2d_backward",
    "batch_norm", "batch_norm_backward", "check_eps",
    "check_rate", "check_response", "concat", "concat_backward", "concat_shape",
    "conv2d", "conv2d_backward", "dropout", "dropout_backward", "dropout_mask",
    "flatten", "flatten_backward",
    "global_avg_pool2d", "global_avg_pool2d_backward", "leaky_relu", "leaky_relu_backward",
    "linear", "linear_backward", "local_response_norm", "local_response_norm_backward",
    "log_softmax", "log_softmax_backward", "max_pool2d",
    "max_pool2d_backward", "output_size", "output_sizes", "pad2d", "pad2d_backward", "pair",
    "relu", "relu6", "relu6_backward", "relu_backward", "resolve_padding",
    "sigmoid", "sigmoid_backward", "softmax", "softmax_backward",
    "sum_pool2d", "sum_pool2d_backward", "tanh", "tanh_backward",
]  # fmt: skip
