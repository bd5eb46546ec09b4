"""The words of the playground: what each term means, in our own few sentences, with its formula."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """A term, two or three sentences about it, and the formula behind it, if there is one."""

    term: str
    text: str
    formula: str = ""

    def markdown(self) -> str:
        """The entry as Markdown, for the help of a control."""
        stop = "" if self.term.endswith("?") else "."
        return f"**{self.term}{stop}** {self.text}" + (
            f"\n\n`{self.formula}`" if self.formula else ""
        )


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
    "dataset": Word(
        "Training and held-out pictures",
        "The network learns from most of the pictures and is judged by the others, which it never "
        "learns from. What it does well on those it has understood, not learned by heart.",
    ),
    "network": Word(
        "Network",
        "LeNet-5 (1998) read the digits of cheques. The small network has one or two rounds of "
        "convolution, ReLU and pooling. With your own filters, its first layer starts from the "
        "kernels of the Filters page instead of from chance.",
    ),
    "rounds_of_layers": Word(
        "Rounds",
        "Convolution, ReLU and pooling, once or twice. The second round has twice as many filters "
        "and looks at the maps of the first, so it finds patterns of patterns.",
    ),
    "hidden": Word(
        "Hidden units",
        "A fully connected layer between the maps and the classes. Every unit weighs every value "
        "of the last maps.",
        "ReLU(bias + Σ weight · value)",
    ),
    "dropout": Word(
        "Dropout",
        "At every step of training, this share of the hidden units is left out, drawn anew. No "
        "unit can rely on a single other one, which helps against learning by heart.",
    ),
    "frozen": Word(
        "Frozen or free",
        "Frozen filters stay exactly as you made them, and only the layers behind them learn. "
        "Free filters change as all other weights do.",
    ),
    "loss": Word(
        "Loss",
        "How wrong the outputs are, in one number that training makes smaller. Cross-entropy is "
        "minus the logarithm of the probability of the right class; the total error adds up the "
        "squared differences from the target.",
        "−log p[right]  or  ½ · Σ (target − output)²",
    ),
    "optimiser": Word(
        "Optimiser",
        "How a weight moves when its gradient is known. SGD goes straight downhill, momentum rolls "
        "on like a ball, Adam makes steps of about the same length for every weight.",
        "SGD: weight ← weight − rate · gradient",
    ),
    "learning_rate": Word(
        "Learning rate",
        "How long each step is. Too small, and learning takes for ever; too large, and the loss "
        "jumps about or grows beyond all bounds. Try 10 to see it.",
    ),
    "schedule": Word(
        "Schedule",
        "How the learning rate changes on the way: not at all, down to 30 % three times, or along "
        "half a wave of the cosine down to 0.",
    ),
    "weight_decay": Word(
        "Weight decay",
        "Pulls every weight a little towards zero at each step, so that only those stay large that "
        "the pictures ask for.",
    ),
    "batch_size": Word(
        "Batch size",
        "How many pictures are looked at before the weights move once: that is one step. Small "
        "batches make many noisy steps, large ones few smooth steps.",
    ),
    "epoch": Word(
        "Epoch",
        "One epoch is over when every training picture has been seen once.",
        "steps an epoch = ⌈pictures / batch size⌉",
    ),
    "augmentation": Word(
        "Augmentation",
        "Each picture is shifted and turned a little, differently every time that it is seen, so "
        "the network cannot learn it by heart. The held-out pictures stay as they are.",
    ),
    "seed": Word(
        "Seed",
        "The starting weights and the order of the pictures are drawn by chance, and the seed says "
        "which chance: the same seed gives the same run, number by number.",
    ),
    "total_error": Word(
        "Total error",
        "How far the outputs are from what they should be, in one number: half the sum of the "
        "squared differences. It is 0 when every output is exactly its target.",
        "E = ½ · Σ (target − output)²",
    ),
    "backpropagation": Word(
        "Backpropagation",
        "The error is followed back through the network, layer by layer, to every weight that had "
        "a part in it. Along a path the slopes are multiplied; where several paths meet, they are "
        "added up. That is the chain rule.",
        "∂E/∂w = Σ over paths  ∂E/∂output · ∂output/∂w",
    ),
    "gradient": Word(
        "Gradient",
        "How much the error grows when one number grows a little. Where it is positive, a smaller "
        "number makes the error smaller; where it is negative, a larger one does.",
        "∂E/∂w",
    ),
    "fully_connected": Word(
        "Fully connected layer",
        "Every class reads every value of the last maps, each with a weight of its own, and adds "
        "the products up. The sum is the class's logit.",
        "z = bias + Σ weight · value",
    ),
    "nudging": Word(
        "Checked by nudging",
        "The same gradient, found without going backwards: the weight is made a millionth larger "
        "and a millionth smaller, the whole network is run both times, and the two errors are "
        "compared. Backpropagation finds it for all weights in one pass.",
        "(E(w + h) − E(w − h)) / 2h,  h = 0.000001",
    ),
}


def for_browser() -> dict[str, list[str]]:
    """All entries as the browser's components take them."""
    return {key: [word.term, word.text, word.formula] for key, word in WORDS.items()}
