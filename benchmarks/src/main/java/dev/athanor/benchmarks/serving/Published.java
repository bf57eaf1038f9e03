package dev.athanor.benchmarks.serving;

import dev.athanor.learning.card.Card;
import dev.athanor.learning.card.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// An encoder's files, as the trainer writes them.
///
/// @param folder `model.onnx`, `weights.safetensors`, `card.json`
record Published(Path folder, Card card) {
  static Published read(Path folder) throws IOException {
    return new Published(folder, Card.ofJson(Files.readAllBytes(folder.resolve(ModelFiles.CARD))));
  }

  Path onnx() {
    return folder.resolve(ModelFiles.MODEL);
  }

  String cardJson() throws IOException {
    return Files.readString(folder.resolve(ModelFiles.CARD));
  }

  String name() {
    return card.name();
  }

  Card.Pixels input() {
    return (Card.Pixels) card.input();
  }

  int dimensions() {
    return ((Card.Embedding) card.output()).dimensions();
  }
}
