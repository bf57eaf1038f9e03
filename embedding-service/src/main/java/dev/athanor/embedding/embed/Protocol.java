package dev.athanor.embedding.embed;

/// The ways in, as the metrics spell them.
public enum Protocol {
  RAW("raw"),
  OPENAI("openai"),
  INFERENCE_REST("inference-rest"),
  INFERENCE_GRPC("inference-grpc"),
  GRPC("grpc"),
  INDEX("index"),
  JOB("job");

  private final String label;

  Protocol(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
