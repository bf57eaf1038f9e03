package dev.athanor.embedding.inference;

import dev.athanor.platform.error.Problem;
import java.util.List;

/// An input or output of a model, as the protocol describes it.
///
/// @param shape -1 is any number
record Described(String name, String datatype, List<Long> shape) {

  /// Refuses a tensor that is not as described.
  ///
  /// @param field how messages name the tensor
  void check(String field, Tensor sent) {
    if (!datatype.equals(sent.datatype())) {
      throw Problem.badRequest(
          "%s.datatype: %s (expected: %s)"
              .formatted(field, Problem.quote(sent.datatype()), datatype));
    }
    if (!fits(sent.shape())) {
      throw Problem.badRequest("%s.shape: %s (expected: %s)".formatted(field, sent.shape(), shape));
    }
    long each = 1;
    for (long size : sent.shape().subList(1, shape.size())) {
      each = Math.multiplyExact(each, size);
    }
    long count = sent.content().size();
    if (count % each != 0 || count / each != sent.shape().getFirst()) {
      throw Problem.badRequest(
          "%s: %d elements (expected: as many as shape %s says)"
              .formatted(field, count, sent.shape()));
    }
  }

  /// Any number of rows, but none that are empty.
  private boolean fits(List<Long> said) {
    boolean fits = said.size() == shape.size() && said.getFirst() >= 0;
    for (int i = 1; fits && i < said.size(); i++) {
      long size = said.get(i);
      fits = shape.get(i) < 0 ? size > 0 && size <= Integer.MAX_VALUE : size == shape.get(i);
    }
    return fits;
  }
}
