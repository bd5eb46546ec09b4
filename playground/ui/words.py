"""The words of the playground: what each term means, in our own few sentences, with its formula."""

from __future__ import annotations

from playground.ui.word import Word
from playground.ui.words_of_networks import NETWORKS
from playground.ui.words_of_training import TRAINING

WORDS: dict[str, Word] = {
    "input": Word(
        "Input",
        "A picture is a matrix of numbers: one brightness a pixel, from 0 (dark) to 1 (bright). "
        "A colour picture is three such matrices, its channels: red, green and blue.",
        "value = byte / 255",
    ),
    "kernel": Word(
        "Kernel, or filter",
        "A small square of weights that slides over the picture. Where picture and weights agree "
        "in pattern, the sum of their products is large, so each kernel looks for one pattern.",
    ),
    "convolution": Word(
        "Convolution → feature map",
        "At every place, the window of the picture is multiplied with the kernel, cell by cell, "
        "and the products are added up. The sums form a new picture, called feature map, "
        "activation map or convolved feature.",
        "out[r, c] = bias + Σ weight[i, j] · in[r·stride + i, c·stride + j]",
    ),
    "true_convolution": Word(
        "Cross-correlation or convolution?",
        "Deep-learning libraries slide the kernel as it stands, which mathematicians call "
        "cross-correlation. A true convolution turns the kernel by 180° first. A network learns "
        "its weights, so to it the two are the same.",
    ),
    "size": Word(
        "Kernel size",
        "How many cells the kernel has on a side. All filters of one layer have the same size: a "
        "smaller kernel stands in the middle of zeros.",
    ),
    "depth": Word(
        "Depth",
        "How many filters the layer has. Each makes a map of its own from the same picture; "
        "stacked, they are the layer's output, and their number is its depth.",
    ),
    "stride": Word(
        "Stride",
        "How many cells the kernel moves at a time, to the right and downwards. A stride of 2 "
        "skips every other place, so the map has half as many rows and columns.",
        "size = ⌊(input + 2·padding − kernel) / stride⌋ + 1",
    ),
    "padding": Word(
        "Padding",
        "Cells added around the picture, so that the kernel also fits at the border. Without "
        "padding the map shrinks (narrow, or “valid”, convolution); with it the map keeps its "
        "size (“same”) or grows (wide convolution).",
        "same: padding = dilation · (kernel − 1) / 2",
    ),
    "padding_mode": Word(
        "What the padding holds",
        "Zeros look like a black frame, which edge filters find. Reflect mirrors the picture, "
        "replicate repeats its last row and column, circular continues at the opposite side.",
    ),
    "pool_size": Word(
        "Pooling window",
        "How many cells of the map become one, in rows and in columns.",
    ),
    "pool_stride": Word(
        "Pooling stride",
        "How many cells the pooling window moves at a time. Equal to the window, the windows lie "
        "side by side; smaller, they overlap; larger, they leave cells out.",
        "size = ⌊(input − window) / stride⌋ + 1",
    ),
    "map_size": Word(
        "Size of the map",
        "As many rows, and columns, as the window has places to stand. It begins in the first "
        "place and moves on by the stride as long as it fits; what is left over at the end, "
        "too little for one more step, is not looked at (⌊ ⌋ rounds down).",
        "size = ⌊(input + 2·padding − reach) / stride⌋ + 1",
    ),
    "dilation": Word(
        "Dilation",
        "Spreads the kernel's cells apart: with a dilation of 2 it reads every other pixel. It "
        "sees further with the same number of weights.",
        "reach = dilation · (kernel − 1) + 1",
    ),
    "activation": Word(
        "Activation",
        "A function applied to every value of the map on its own. Without it, layers on layers "
        "would still only make weighted sums, and could learn nothing that one layer cannot.",
    ),
    "none": Word("No activation", "The values stay as they are."),
    "relu": Word(
        "ReLU, rectified linear unit",
        "Negative values become zero, positive ones stay. What is left says where the pattern was "
        "found; that its opposite was found elsewhere is forgotten.",
        "max(0, x)",
    ),
    "leaky_relu": Word(
        "Leaky ReLU",
        "Like ReLU, but a tenth of a negative value gets through.",
        "x if x > 0, else 0.1 · x",
    ),
    "sigmoid": Word(
        "Sigmoid",
        "Squeezes every value between 0 and 1; zero becomes one half.",
        "1 / (1 + e^−x)",
    ),
    "tanh": Word(
        "Tanh, hyperbolic tangent",
        "Squeezes every value between −1 and 1; zero stays zero.",
        "(e^x − e^−x) / (e^x + e^−x)",
    ),
    "pooling": Word(
        "Pooling, or subsampling",
        "One number stands for a whole window: its largest value, its mean or its sum. The map "
        "gets smaller, and it matters less where exactly in the window something was found.",
        "size = ⌊(input − window) / stride⌋ + 1",
    ),
    "score": Word(
        "Score",
        "The mean of the filter's last map, known as global average pooling: how strongly the "
        "picture answers to this filter, all over.",
        "score = Σ values / number of cells",
    ),
    "exponential": Word(
        "Exponential",
        "The largest score is taken off first, which changes nothing in the end and keeps the "
        "numbers small; then e to the power of the difference makes all of them positive.",
        "exp((score − largest) / temperature)",
    ),
    "softmax": Word(
        "Softmax",
        "Each exponential divided by their sum: positive shares that add up to 1. Here they say "
        "which filter the picture excites most; they would be class probabilities only if the "
        "weights had been trained to tell classes apart.",
        "exponential / Σ exponentials",
    ),
    "temperature": Word(
        "Temperature",
        "Divides the scores first. A low temperature gives nearly everything to the largest score, "
        "a high one makes the shares alike.",
        "softmax(scores / temperature)",
    ),
    "weight_sharing": Word(
        "Weight sharing",
        "The same few weights are used at every place of the picture. So a pattern is found "
        "wherever it is, and the layer has a handful of weights where a fully connected one "
        "would have millions.",
    ),
    "receptive_field": Word(
        "Receptive field",
        "The part of the picture that one cell of a map can see: no pixel outside of it can "
        "change the cell. It grows from layer to layer, and a stride makes all later layers "
        "grow it faster.",
        "r ← r + (k − 1)·d·j,  j ← j·s  (field r, jump j; kernel k, dilation d, stride s)",
    ),
    "scaling": Word(
        "Brightness",
        "A screen shows 256 brightnesses, and a map can hold any numbers, so its range is "
        "stretched over them. The bar under each map says which values its two ends stand for; "
        "values beyond look like the end. The true range stands beside the size.",
    ),
    "colours": Word(
        "Colours",
        "Automatic draws maps that swing about zero in blue (negative), white (zero) and red "
        "(positive), and maps that still look like a picture in grey. All tables keep their order "
        "for colour-blind eyes.",
    ),
    "channels": Word(
        "Colour",
        "As a network does it, a filter spans red, green and blue, and the three sums are added to "
        "one map. A photo editor filters each channel by itself and puts the three back together. "
        "Or the picture is made grey first.",
        "grey = 0.299·red + 0.587·green + 0.114·blue",
    ),
    "side": Word(
        "Working size",
        "The longer side of the picture that goes through the layer. A smaller picture shows its "
        "pixels, a larger one its detail. Small pictures are never enlarged.",
    ),
    **TRAINING,
    **NETWORKS,
}


def for_browser() -> dict[str, list[str]]:
    """All entries as the browser's components take them."""
    return {key: [word.term, word.text, word.formula] for key, word in WORDS.items()}
