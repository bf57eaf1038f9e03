package dev.athanor.learning.onnx;

/// Inputs and outputs of a graph. A dimension is a number, or a name where it is known only when
/// the graph runs.
final class Values {

  private Values() {}

  static Onnx.Value floats(String name, Object... dimensions) {
    return value(name, Onnx.ElementType.FLOAT_VALUE, dimensions);
  }

  static Onnx.Value longs(String name, Object... dimensions) {
    return value(name, Onnx.ElementType.INT64_VALUE, dimensions);
  }

  private static Onnx.Value value(String name, int type, Object... dimensions) {
    var shape = Onnx.Shape.newBuilder();
    for (var dimension : dimensions) {
      shape.addDim(
          dimension instanceof Integer number
              ? Onnx.Dimension.newBuilder().setDimValue(number)
              : Onnx.Dimension.newBuilder().setDimParam(dimension.toString()));
    }
    return Onnx.Value.newBuilder()
        .setName(name)
        .setType(
            Onnx.Type.newBuilder()
                .setTensorType(Onnx.Type.OfTensor.newBuilder().setElemType(type).setShape(shape)))
        .build();
  }
}
