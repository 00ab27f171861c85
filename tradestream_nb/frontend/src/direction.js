/** Up, down or flat: the word by which a style sheet knows the sign of a move. */

export function direction(move) {
  return move > 0 ? "up" : move < 0 ? "down" : "flat";
}
