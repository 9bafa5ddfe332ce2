// Makes the map larger and smaller; it is moved by scrolling. Without this script it is as wide as the screen.
const sight = document.querySelector(".atlas .sight");
const drawing = sight.querySelector("svg");
const buttons = document.querySelector(".atlas .zoom");
let zoom = 1;

function show(factor) {
  const middle = (sight.scrollLeft + sight.clientWidth / 2) / sight.scrollWidth;
  const height = (sight.scrollTop + sight.clientHeight / 2) / sight.scrollHeight;
  zoom = Math.min(6, Math.max(1, zoom * factor));
  drawing.style.setProperty("--zoom", zoom);
  sight.scrollLeft = middle * sight.scrollWidth - sight.clientWidth / 2;
  sight.scrollTop = height * sight.scrollHeight - sight.clientHeight / 2;
}

buttons.hidden = false;
for (const button of buttons.querySelectorAll("button")) {
  button.addEventListener("click", () => show(Number(button.dataset.zoom)));
}
