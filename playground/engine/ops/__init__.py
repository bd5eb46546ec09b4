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
from playground.engine.ops.elementwise import (
    broadcast_add,
    broadcast_add_backward,
    broadcast_shape,
    divide,
    divide_backward,
    matmul,
    matmul_backward,
    matmul_shape,
    multiply,
    multiply_backward,
    subtract,
    subtract_backward,
)
from playground.engine.ops.joins import (
    add,
    add_backward,
    add_shape,
    concat,
    concat_backward,
    concat_shape,
)
from playground.engine.ops.more_activations import (
    SELU_ALPHA,
    SELU_GAMMA,
    clip,
    clip_backward,
    elu,
    elu_backward,
    hard_sigmoid,
    hard_sigmoid_backward,
    hard_swish,
    hard_swish_backward,
    prelu,
    prelu_backward,
    prelu_shape,
    selu,
    selu_backward,
    softplus,
    softplus_backward,
)
from playground.engine.ops.normalisation import batch_norm, batch_norm_backward, check_eps
from playground.engine.ops.pooling import (
    avg_pool2d,
    avg_pool2d_backward,
    global_avg_pool2d,
    global_avg_pool2d_backward,
    global_max_pool2d,
    global_max_pool2d_backward,
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
from playground.engine.ops.reshaping import (
    mean,
    mean_backward,
    mean_shape,
    pad,
    pad_backward,
    padded_shape,
    reshape,
    reshape_to,
    transpose,
    transpose_backward,
    transposed_axes,
)
from playground.engine.ops.response import (
    check_response,
    local_response_norm,
    local_response_norm_backward,
)
from playground.engine.ops.softmax import (
    check_picture_axis,
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
    "PADDING_MODES", "SELU_ALPHA", "SELU_GAMMA", "add", "add_backward", "add_shape", "avg_pool2d",
    "avg_pool2d_backward", "batch_norm", "batch_norm_backward", "broadcast_add",
    "broadcast_add_backward", "broadcast_shape", "check_eps", "check_picture_axis", "check_rate",
    "check_response", "clip", "clip_backward", "concat", "concat_backward", "concat_shape",
    "conv2d", "conv2d_backward", "divide", "divide_backward", "dropout", "dropout_backward",
    "dropout_mask", "elu", "elu_backward", "flatten", "flatten_backward", "global_avg_pool2d",
    "global_avg_pool2d_backward", "global_max_pool2d", "global_max_pool2d_backward",
    "hard_sigmoid", "hard_sigmoid_backward", "hard_swish", "hard_swish_backward", "leaky_relu",
    "leaky_relu_backward", "linear", "linear_backward", "local_response_norm",
    "local_response_norm_backward", "log_softmax", "log_softmax_backward", "matmul",
    "matmul_backward", "matmul_shape", "max_pool2d", "max_pool2d_backward", "mean",
    "mean_backward", "mean_shape", "multiply", "multiply_backward", "output_size", "output_sizes",
    "pad", "pad2d", "pad2d_backward", "pad_backward", "padded_shape", "pair", "prelu",
    "prelu_backward", "prelu_shape", "relu", "relu6", "relu6_backward", "relu_backward", "reshape",
    "reshape_to", "resolve_padding", "selu", "selu_backward", "sigmoid", "sigmoid_backward",
    "softmax", "softmax_backward", "softplus", "softplus_backward", "subtract",
    "subtract_backward", "sum_pool2d", "sum_pool2d_backward", "tanh", "tanh_backward", "transpose",
    "transpose_backward", "transposed_axes",
]  # fmt: skip
