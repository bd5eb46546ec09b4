"""The words of the Train page: what each term means, in our own few sentences."""

from __future__ import annotations

from playground.ui.word import Word

TRAINING: dict[str, Word] = {
    "dataset": Word(
        "Training and held-out pictures",
        "The network learns from most of the pictures and is judged by the others, which it never "
        "learns from. What it does well on those it has understood, not learned by heart.",
    ),
    "own_side": Word(
        "Size of the pictures",
        "Every picture is cut to the square in its middle and brought to so many pixels. More "
        "pixels show more, and take four times as long where there are twice as many a side.",
    ),
    "own_colour": Word(
        "Grey or colour",
        "In colour a picture is three matrices, and every filter of the first layer has one kernel "
        "for each. Where colour gives the class away, try grey: the network has to look at shapes.",
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
        "How many pictures, one batch, are looked at before the weights move once: that is one "
        "step. Small batches make many noisy steps, large ones few smooth steps.",
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
    "watched": Word(
        "One picture on its way",
        "The same picture goes through the network again and again, with the weights of the "
        "moment: the maps behind every layer, and what the softmax makes of them. Each stage has "
        "its own range of brightness, which stands beside its name.",
    ),
    "accuracy": Word(
        "Accuracy",
        "The share of the pictures whose most probable class is the right one.",
        "right answers / pictures",
    ),
    "overfitting": Word(
        "Overfitting",
        "The network has learned its training pictures by heart: their loss still falls, while "
        "that of the held-out pictures stands still or rises. Fewer weights, more pictures, "
        "augmentation, dropout and weight decay help against it.",
        "held-out loss − training loss grows",
    ),
    "confusion": Word(
        "Confusion matrix",
        "A row for each class, a column for each answer: every cell counts the held-out pictures "
        "of that class that were given that answer. What is right stands on the diagonal.",
    ),
    "recall": Word(
        "Recall",
        "Of the pictures of a class, the share that was recognised. It says what is missed.",
        "cell on the diagonal / sum of its row",
    ),
    "precision": Word(
        "Precision",
        "Of all the answers that name a class, the share that was right. It says what is taken "
        "for the class without being one.",
        "cell on the diagonal / sum of its column",
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
