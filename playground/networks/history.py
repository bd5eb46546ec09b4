"""From LeNet to DenseNet: who built what when, what was new in it, and how well it did."""

from __future__ import annotations

from dataclasses import dataclass

from playground.engine.layers import Conv2d, Linear
from playground.engine.network import INPUT, Network
from playground.networks import NETWORKS, blocks


@dataclass(frozen=True)
class TopFive:
    """How often the right class was not among the five answers given first, on ImageNet 2012.

    Attributes
    ----------
    key : str
        The network, a key of `NETWORKS`; "" for several networks that answer together.
    percent : float
    networks : int
        How many answer together.
    views : str
        What of a picture they were shown.
    pictures : {"validation", "test"}
    source : str
        Where it is published.
    """

    key: str
    percent: float
    networks: int
    views: str
    pictures: str
    source: str


@dataclass(frozen=True)
class System:
    """One of the seven systems.

    Attributes
    ----------
    name : str
    keys : tuple of str
        Its networks in `NETWORKS`; the first stands for it.
    year : int
        In which it was first shown.
    authors, title, url : str
        Of the paper.
    novelty : str
        What was new.
    what_changed : str
        Against the system before it; "" for the first.
    errors : tuple of TopFive
        One network with ten crops of each validation picture comes first where it is published,
        so that the first ones can be compared.
    blocks : tuple of functions
        What it is built of; each makes a small network for pictures of a shape.
    """

    name: str
    keys: tuple[str, ...]
    year: int
    authors: str
    title: str
    url: str
    novelty: str
    what_changed: str
    errors: tuple[TopFive, ...]
    blocks: tuple[blocks.Block, ...]

    @property
    def depth(self) -> int:
        """Layers with weights from the picture to the answer."""
        return weight_layers(NETWORKS[self.keys[0]]())

    def error_of(self, key: str) -> TopFive | None:
        """The published error of one network alone; None where there is none."""
        return next((error for error in self.errors if error.key == key), None)


def weight_layers(network: Network) -> int:
    """How deep a network is, as the papers count: convolutions and fully connected layers.

    Of branches, the one with the most of them counts.
    """
    depths = {INPUT: 0}
    for node, sources in network.wiring():
        own = isinstance(node.layer, Conv2d | Linear)
        depths[node.name] = max(depths[source] for source in sources) + own
    return depths[network.nodes[-1].name]


TEN = "ten crops"
HE_TABLE_3 = "He et al. 2015, table 3"

HISTORY: tuple[System, ...] = (
    System(
        "LeNet-5",
        ("lenet5",),
        1998,
        "Yann LeCun, Léon Bottou, Yoshua Bengio, Patrick Haffner",
        "Gradient-Based Learning Applied to Document Recognition",
        "https://doi.org/10.1109/5.726791",
        "Until then, people designed the features by which a machine told digits apart, and only "
        "the last step was learned. LeNet-5 learns everything from the pixels on. Small kernels "
        "slide over the picture, so a stroke is found wherever it lies; the same few weights serve "
        "every place; and pools make what follows care less about the exact position. It read "
        "the amounts on cheques in American banks.",
        "",
        (),
        (blocks.conv_pool,),
    ),
    System(
        "AlexNet",
        ("alexnet",),
        2012,
        "Alex Krizhevsky, Ilya Sutskever, Geoffrey Hinton",
        "ImageNet Classification with Deep Convolutional Neural Networks",
        "https://papers.nips.cc/paper/2012/hash/c399862d3b9d6b76c8436e924a68c45b-Abstract.html",
        "The idea of LeNet, a thousand times larger, on a million photographs of a thousand "
        "classes. What made it possible: ReLU, with which deep networks learn several times "
        "faster than with tanh; two graphics cards, each with half of the maps; dropout and "
        "altered copies of the pictures against learning by heart. Of a hundred pictures of the "
        "challenge it failed at 15 where the next best entry failed at 26, and within two years "
        "nearly all entries were convolutional networks.",
        "Photographs in colour instead of grey digits, and five convolutions instead of two. The "
        "first one has 11 × 11 kernels that step by 4 pixels, to get quickly from 227 × 227 to "
        "55 × 55 places. ReLU replaces tanh, pools take the maximum and overlap, and a response "
        "norm lets strong maps weaken their neighbours. Most of the weights sit in the fully "
        "connected layers.",
        (
            TopFive("alexnet", 18.2, 1, TEN, "validation", "table 2"),
            TopFive("", 16.4, 5, TEN, "test", "table 2"),
            TopFive("", 15.3, 7, TEN, "test", "table 2, two of them trained on more pictures"),
        ),
        (blocks.conv_response,),
    ),
    System(
        "ZF Net",
        ("zfnet",),
        2013,
        "Matthew Zeiler, Rob Fergus",
        "Visualizing and Understanding Convolutional Networks",
        "https://arxiv.org/abs/1311.2901",
        "Nobody knew what the maps of AlexNet respond to. Zeiler and Fergus ran a network "
        "backwards from one value of a map to the pixels that it came from, and saw edges and "
        "colours first, then textures, then parts of things, then things. They also covered parts "
        "of a picture to see which ones the answer hangs on. Looking inside showed them what to "
        "repair, and so the network of the paper is better for a reason that can be seen.",
        "The views of AlexNet's first maps showed dead filters and, from the steps of 4 pixels, "
        "patterns that are not in the picture. So the first kernels shrink from 11 × 11 to 7 × 7 "
        "and step by 2, and the second ones step by 2 as well. The groups, which were there for "
        "the sake of two graphics cards, are gone. All else stays.",
        (
            TopFive("zfnet", 16.5, 1, TEN, "validation", "table 2"),
            TopFive("", 14.8, 6, TEN, "test", "table 2"),
        ),
        (blocks.conv_finer,),
    ),
    System(
        "GoogLeNet",
        ("googlenet",),
        2014,
        "Christian Szegedy, Wei Liu, Yangqing Jia, Pierre Sermanet, Scott Reed, Dragomir Anguelov, "
        "Dumitru Erhan, Vincent Vanhoucke, Andrew Rabinovich",
        "Going Deeper with Convolutions",
        "https://arxiv.org/abs/1409.4842",
        "How large should a kernel be? An inception module does not choose: 1 × 1, 3 × 3 and "
        "5 × 5 kernels and a pool read the same input side by side, and all their maps go on "
        "together. That would be costly, if 1 × 1 convolutions did not first make few maps of "
        "many. Nine modules on top of each other won the challenge of 2014 with a ninth of "
        "AlexNet's weights.",
        "The chain becomes a graph with branches, nearly three times as deep. The huge fully "
        "connected layers, which hold nearly all of ZF Net's weights, go: the mean of each of the "
        "last 1,024 maps is enough for one small layer. Two further classifiers half-way up, which "
        "only help to learn, are not part of the network that answers.",
        (
            TopFive("googlenet", 9.15, 1, TEN, "validation", "table 3"),
            TopFive("", 6.67, 7, "144 crops", "test", "tables 2 and 3"),
        ),
        (blocks.inception,),
    ),
    System(
        "VGGNet",
        ("vgg16", "vgg19"),
        2014,
        "Karen Simonyan, Andrew Zisserman",
        "Very Deep Convolutional Networks for Large-Scale Image Recognition",
        "https://arxiv.org/abs/1409.1556",
        "How much does depth alone do? To find out, everything else was made as plain as can be: "
        "only 3 × 3 kernels, only ReLU, a pool that halves the maps, twice the filters after it. "
        "Two such kernels in a row see 5 × 5 pixels and three see 7 × 7, with fewer weights than "
        "one large kernel and with more non-linearity. From 11 layers to 16 the error went down "
        "with every step; at 19 it levelled off. Its plainness made it the ground that many later "
        "works stand on.",
        "From the same year as GoogLeNet, and the opposite way: one kind of layer instead of "
        "modules, a chain instead of branches, no response norm. It costs ten times the "
        "multiply-adds and twenty times the weights, of which nearly three quarters lie between "
        "the last maps and the first fully connected layer.",
        (
            TopFive("vgg16", 9.33, 1, TEN, "validation", HE_TABLE_3),
            TopFive("vgg16", 8.1, 1, "the whole picture, one scale", "validation", "table 3"),
            TopFive("vgg19", 8.0, 1, "the whole picture, one scale", "validation", "table 3"),
            TopFive("", 6.8, 2, "many crops and the whole picture", "test", "table 7"),
        ),
        (blocks.stacked,),
    ),
    System(
        "ResNet",
        ("resnet50", "resnet34", "resnet18"),
        2015,
        "Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun",
        "Deep Residual Learning for Image Recognition",
        "https://arxiv.org/abs/1512.03385",
        "Beyond some twenty layers, plain networks got worse even on the pictures that they "
        "learned from, though the added layers would only have had to pass on what they receive. "
        "So ResNet gives every block a shortcut: the block's input is added to its output, and the "
        "layers learn only the difference, the residual. If nothing is to be changed, they learn "
        "zeros. The gradient finds its way back along the shortcuts, and 152 layers became "
        "possible, which won the challenge of 2015.",
        "VGG's stacks of 3 × 3 stay, with a shortcut around each two of them, or around three "
        "where 1 × 1 convolutions make the maps fewer and then many again. Batch "
        "normalisation follows every convolution. After the first pool, convolutions with a stride "
        "of 2 halve the maps, and the mean of each map replaces the large fully connected layers: "
        "three times as deep as VGG-16, and a quarter of its multiply-adds.",
        (
            TopFive("resnet50", 6.71, 1, TEN, "validation", "table 3"),
            TopFive("resnet34", 7.46, 1, TEN, "validation", "table 3, B"),
            TopFive("", 3.57, 6, "several scales", "test", "table 5, of up to 152 layers"),
        ),
        (blocks.residual, blocks.residual_bottleneck),
    ),
    System(
        "DenseNet",
        ("densenet121",),
        2016,
        "Gao Huang, Zhuang Liu, Laurens van der Maaten, Kilian Weinberger",
        "Densely Connected Convolutional Networks",
        "https://arxiv.org/abs/1608.06993",
        "If shortcuts help, why not have them all? In a dense block every layer reads the maps of "
        "all layers before it, and adds only a few of its own, here 32. Nothing has to be learned "
        "twice, because whatever was found before is still there to be read, and the error reaches "
        "every layer directly. So a network with a third of ResNet-50's weights comes to the same "
        "error.",
        "Maps are put behind each other where ResNet adds them, so they stay apart and can be "
        "read one by one. Layers are narrow, and normalisation and ReLU stand before a "
        "convolution instead of behind it. Between the blocks a transition halves the number of "
        "maps and, with an average, their sides.",
        (
            TopFive("densenet121", 6.66, 1, TEN, "validation", "table 3"),
            TopFive("densenet121", 7.71, 1, "one crop", "validation", "table 3"),
        ),
        (blocks.dense,),
    ),
)
