"""The words of the Network page: what the layers of photo classifiers do, and their answers."""

from __future__ import annotations

from playground.ui.word import Word

NETWORKS: dict[str, Word] = {
    "depthwise": Word(
        "Depthwise convolution",
        "Every map is filtered by a kernel of its own and never mixed with the others. That takes"
        " a small part of the weights of a full convolution; a 1 × 1 convolution mixes the maps "
        "after.",
        "output[c] = map[c] ⋆ kernel[c] + bias[c]",
    ),
    "expand_project": Word(
        "Expand and project",
        "A 1 × 1 convolution makes many maps out of few (expand), each of them is filtered, and "
        "another 1 × 1 convolution makes few out of many (project). In between there is room for "
        "details that the narrow ends need not carry.",
    ),
    "layer_costs": Word(
        "What a layer costs",
        "Behind each layer stand the size of what it makes (maps × rows × columns), its parameters "
        "(param.: weights and biases, what a file of the network holds), and its multiply-adds "
        "(MAC, multiply-accumulates: how many products are formed and added for one picture).",
        "3 × 3 convolution: MAC = maps out × rows × columns × maps in × 9",
    ),
    "residual": Word(
        "Residual: add",
        "Two branches are added, number by number. One of them carries what came before "
        "unchanged, so the layers of the other need only learn a difference, and very deep "
        "networks can be trained.",
        "output = x + F(x)",
    ),
    "concatenate": Word(
        "Concatenate",
        "The maps of several branches are put behind each other. No number changes; the next "
        "layer reads them all.",
    ),
    "relu6": Word(
        "ReLU6",
        "ReLU that also ends at 6. Numbers that cannot grow beyond it keep their precision in the"
        " few bits that small devices compute with.",
        "min(max(0, x), 6)",
    ),
    "global_average_pool": Word(
        "Global average pool",
        "Each map becomes one number, its mean. Where in the picture a pattern was found is given"
        " up here; how much of it was there stays.",
        "mean over all rows and columns",
    ),
    "batch_norm": Word(
        "Batch normalisation",
        "While it learns, a layer brings each map to mean 0 and variance 1 over a batch of "
        "pictures, then stretches and shifts it. A trained network uses fixed numbers: one factor"
        " and one summand for each map.",
        "(x − mean) / √(variance + ε) · weight + bias",
    ),
    "flatten": Word(
        "Flatten",
        "The maps are laid end to end as one row of numbers: map after map, row after row. Fully "
        "connected layers read such a row.",
    ),
    "logits": Word(
        "Logits",
        "The scores that the last layer with weights gives each class, of any size and sign. The "
        "softmax turns them into shares that add up to 1.",
    ),
    "top_5": Word(
        "Top-5",
        "The five classes with the largest outputs. With 1,000 classes, many of them near "
        "relatives, an answer is often counted as right if the true class is among these five.",
    ),
    "occlusion": Word(
        "Occlusion map",
        "A patch covers a part of the picture, and the network answers anew; then the patch moves"
        " on. Where the class loses most, its decision hangs on what is covered. Red loses, blue "
        "gains.",
        "loss = share with nothing covered − share with the patch there",
    ),
    "onnx": Word(
        "ONNX",
        "A kind of file for trained networks that many programs write and read: the layers, how "
        "they are joined, and their weights. It does not say how a picture is prepared.",
    ),
    "preparation": Word(
        "Preparation",
        "What is done to a picture before the first layer: its size, the order of its colours, "
        "and the range of its numbers. A network answers well only if it is the same as in "
        "training.",
        "input = (brightness · white − mean) / deviation",
    ),
    "labels": Word(
        "Labels",
        "The names of the outputs, in their order. A network knows only numbers: what its output "
        "1 stands for was settled by those who trained it.",
    ),
}
