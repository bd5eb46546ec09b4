// The pictures on the buttons, drawn as lines on 20 by 20.

const KERNEL_ICONS = {
  normalise: "M1 10h6.5 M4.25 6.2v.1 M4.25 13.8v.1 M18.5 6v-1.5h-8l4.2 5.5-4.2 5.5h8v-1.5",
  negate: "M3 6.5h6 M6 3.5v6 M11 14h6 M15.5 3.5l-11 13",
  flip_columns: "M10 3v14 M7.5 5.5v9L2.5 14.5z M12.5 5.5v9l5 0z",
  flip_rows: "M3 10h14 M5.5 7.5h9L14.5 2.5z M5.5 12.5h9l0 5z",
  rotate_90: "M4 16.5h6v-6H4z M5 7a6.5 6.5 0 0 1 11 4.5 M13.2 9.2l2.8 2.6 2.3-3",
  rotate_45: "M7.5 9.5l4.2 4.2-4.2 4.2-4.2-4.2z M8 4.5a7 7 0 0 1 7.5 4.5 M12.5 8.6l3.2.8.9-3.2",
  transpose: "M3 3l14 14 M10 3.5h6.5V10 M3.5 10v6.5H10",
  random: "M5.5 3.5h9a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2z M7 7v.1 M13 7v.1 M10 10v.1 M7 13v.1 M13 13v.1",
  reset: "M4 10a6.2 6.2 0 1 0 2-4.5 M3.5 3v3.6h3.7",
  add: "M10 4v12 M4 10h12",
  menu: "M4.5 10v.1 M10 10v.1 M15.5 10v.1",
};

function kernelIcon(name) {
  return lineIcon(KERNEL_ICONS[name]);
}
