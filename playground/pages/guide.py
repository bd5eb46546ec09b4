"""The Guide page: how to use the playground, its words, and where its pictures come from."""

from __future__ import annotations

import streamlit as st

from playground import __version__
from playground.engine.kernels import KERNELS
from playground.files.gallery import GALLERY
from playground.networks.history import HISTORY as SYSTEMS
from playground.ui import state
from playground.ui.words import WORDS

FIRST_STEPS = """
1. Choose a picture, or upload your own.
2. Choose a preset in the kernel's menu, or click a cell of the kernel and type a number.
3. Point at any place of any map: the window that it was made from lights up, and the arithmetic
   stands below the maps.
4. Change stride, padding, activation and pooling, and watch sizes and values follow.
5. Look at the same experiment in another way: **Watch it happen** plays the kernel's slide step by
   step, **Numbers** shows any map as the matrix that it is, **Connections** shows what one weight
   multiplies and what one cell can see, **Compare** gives one setting another value.
6. *Share* copies a link that opens exactly this screen.
7. Then test yourself on the **Practise** page.
"""

TRAIN = """
1. On **Train**, choose the data and a network, and press *Start*. *One step* learns from a single
   batch, and the pace beside it slows a run down.
2. Two curves run over the steps: that of the pictures it learns from, and that of the held-out
   ones, which it never learns from. The second says what it has understood.
3. *Filters over time* has the first layer's filters as they were and as they are, and beside them
   one picture on its way: the maps behind every layer and the softmax, with the weights of the
   moment. Choose another held-out picture, or one that you have drawn or uploaded in *Use it*.
4. *Right and wrong* is the confusion matrix. Press a number to see its pictures.
5. *Use it* runs the network on a digit that you draw, also while it still learns.
6. *One backward pass, taken apart* follows the error back to one weight. *Step* repeats the update,
   *Back* takes it back, and *Share* copies a link to exactly this place.
"""

NETWORK = """
1. On **Network**, choose a network in the menu: the two that are trained come first, then the
   systems of the history by year, with random weights, then your own.
2. Draw a digit, choose a picture or upload one. The answer and its rivals stand on top.
3. Click a layer to see its maps, a map to see it large, and a cell for its arithmetic and the part
   of the picture that it sees. The address leads back to exactly this place.
4. The occlusion map covers the picture piece by piece: where does the answer suffer most?
5. *Your model* opens an ONNX file. Read how a picture goes in and compare it with how the network
   was trained; name the outputs by a list of labels. For one of the systems it takes trained
   weights instead, as `.npz` or `.safetensors`.
6. *Save* gives any network back: as ONNX, as weights, as a PyTorch program.
"""

HISTORY = """
1. On **History**, choose a system on the time-line, by mouse or with the arrow keys.
2. Read what was new, how many weights and multiply-adds it took, and the error that was published.
3. *What changed* has its block beside the block before it, both at work on the same picture. Click
   a layer of either to see its maps.
4. The chart sets error against cost for all of them; the link below the figures opens the whole
   network on the Network page.
"""

NETWORK_TEACHING = """
- **Hunt for the deciding spot.** EfficientNet-Lite0 on the cat: everybody says which part of the
  picture the answer hangs on, then look at the occlusion map.
- **One digit, two answers.** Draw a 7 that LeNet-5 takes for a 1, stroke by stroke. In which layer
  do the maps begin to differ?
- **How much of the picture?** Open one cell in an early layer and one in a late one. What does each
  see?
- **Where are the weights?** Compare AlexNet, VGG-16 and GoogLeNet in the table of *History*. Which
  layers hold most of the weights, and which cost most of the work?
- **More cost, less error?** In the chart, which system is better and cheaper than one before it?
  What in its block made that possible?
- **Add or lay side by side.** Compare the blocks of ResNet and DenseNet: which numbers are still
  there, unchanged, at the end of each?
- **Prepared wrongly.** Open a model of your own and change the order of its colours or its mean.
  Which pictures does it now take for something else, and why?
"""

TRAIN_TEACHING = """
- **Learned by heart.** Take *your own pictures*, a handful of each class, or LeNet-5 on the digits
  for 80 epochs: when does the held-out loss stop falling, while the other goes on to nothing? Then
  switch augmentation on, or take dropout, and run it again with the same seed.
- **One picture at a time.** Batch size 1 and *One step*, again and again, on the same seed: which
  way do the curves jump? Then 64: what is calmer, and what takes longer?
- **Too large a step.** Run the same set-up with the learning rates 0.0001, 0.001, 0.1 and 10, with
  SGD and with Adam. Where does nothing happen, and where does the loss jump? What does the page
  say at the end?
- **Made by hand against learned.** Draw edge filters on *Filters*, choose *my filters* and let them
  stay frozen: only the layers behind them learn. How well do they do on pictures never seen? Then
  *Let the filters go*: how much does learning add, and have the filters changed at all?
- **4 and 9.** Train LeNet-5 for two epochs and open *Right and wrong*. Which two digits are taken
  for each other? Press the cell: would the class have known? Read recall and precision of both, and
  draw a 4 in *Use it* that becomes a 9 with one stroke.
- **Nothing learned, and already sure.** Press *One step* and watch the softmax of the picture
  beside the filters. What do the outputs add up to, and what do they mean so early?
- **The error comes back.** In *One backward pass*, choose a weight, predict the sign of its update,
  press *Step*, and see whether the error fell. At which learning rate does it rise?
"""

KEYS = {
    "Tab": "from control to control, and from cell to cell of the kernel",
    "Arrow keys in the kernel": "from cell to cell",
    "Page Up, Page Down in the kernel": "nudge the weight",
    "Arrow keys on a map": "from cell to cell of the map; with Shift ten at a time",
    "Home, End on a map": "to the first and the last cell of the row",
    "Enter or Space on a map": "show the stage large, and small again",
    "Space in Watch it happen": "play and pause",
    "← and → in Watch it happen": "one step back, one step forward",
    "↑ and ↓ in Watch it happen": "one row of the map back, one row forward",
    "Home, End in Watch it happen": "to the first and the last step",
    "\\+ and − in Watch it happen": "faster and slower",
    "Arrow keys on a kernel in Connections": "from weight to weight",
    "Arrow keys in the confusion matrix": "from cell to cell; Enter shows the pictures of the cell",
    "Arrow keys on Moment of the run": "through the filters over time",
    "← and → on the time-line of History": "from system to system",
    "↑ and ↓, Enter in the blocks of History": "from layer to layer; Enter shows its maps",
    "Arrow keys, Space on the drawing pad": "move the pen; put it down and lift it",
    "Enter in Practise": "check the answer, then go on to the next exercise",
    "Ctrl+Z, Ctrl+Shift+Z": "undo and redo (on a Mac: ⌘)",
}

TEACHING = """
- **What is a filter?** Choose the 5 × 5 example picture and the preset *Sliding example
  101/010/101*. Let the class work out one cell by hand, then point at it.
- **Blur, then edges.** Compare *Box blur* with *Edges: all neighbours*: what do their weights
  sum to, and what does that mean for a flat picture?
- **What does ReLU throw away?** Take *Sobel x* and look at the left and the right side of the cup.
  Negate the kernel and look again.
- **Why pool?** Set the stride to 2 without pooling, then the stride to 1 with max pooling. Both
  halve the map: which one keeps the whiskers?
- **Slide it in front of the class.** *Watch it happen* in full screen, with *Ask me first* on: the
  class says each sum before it appears.
- **An image is a matrix.** Open *Numbers*, drag the frame to an edge of the picture, and let the
  class find the edge in the numbers.
- **One weight, used everywhere.** In *Connections*, point at one weight. How many pixels does it
  multiply? How many weights would the layer have if every place had its own?
- **What can a cell see?** In *Connections*, add rounds and pick a cell of the last map. How does
  the field grow with stride, pooling and dilation?
- **The same exercises for everybody.** Open *Practise*, choose the topics, share the link.
- **The frame that is not there.** Set padding to *same*, and go through the four ways to fill it.
"""


def draw() -> None:
    """Draw the page."""
    state.visit_other_page()
    st.title("Guide")
    left, right = st.columns(2, gap="large")
    with left:
        st.header("First steps")
        st.markdown(FIRST_STEPS)
        st.header("Training a network")
        st.markdown(TRAIN)
        st.header("Looking into a whole network")
        st.markdown(NETWORK)
        st.header("The history of the networks")
        st.markdown(HISTORY)
        st.header("Keys")
        st.table({"Key": list(KEYS), "What it does": list(KEYS.values())}, hide_index=True)
        st.header("For teachers")
        st.markdown(TEACHING)
        st.subheader("With the Train page")
        st.markdown(TRAIN_TEACHING)
        st.subheader("With the Network and History pages")
        st.markdown(NETWORK_TEACHING)
        st.header("What is kept")
        st.markdown(
            "The address of the page holds the whole experiment, so a reload or a bookmark brings "
            "it back. A picture of your own is kept in this browser tab and in the server's "
            "memory while the tab is open; it is never written to disk, logged, or shown to "
            "anybody else."
        )
    with right:
        st.header("Words")
        for word in WORDS.values():
            st.markdown(word.markdown())
    st.header("Where the kernels come from")
    st.table(
        {
            "Kernel": [k.name for k in KERNELS.values()],
            "What it does": [k.about for k in KERNELS.values()],
            "Source": [f"[{k.source}]({k.url})" if k.url else k.source for k in KERNELS.values()],
        },
        hide_index=True,
    )
    st.header("Where the history comes from")
    st.table(
        {
            "System": [f"{each.name} ({each.year})" for each in SYSTEMS],
            "By": [each.authors for each in SYSTEMS],
            "Source": [f"[{each.title}]({each.url})" for each in SYSTEMS],
        },
        hide_index=True,
    )
    st.header("Where the pictures come from")
    st.table(
        {
            "Picture": [p.title for p in GALLERY.values()],
            "By": [p.credit for p in GALLERY.values()],
        },
        hide_index=True,
    )
    st.caption(f"CNN Playground {__version__}")
