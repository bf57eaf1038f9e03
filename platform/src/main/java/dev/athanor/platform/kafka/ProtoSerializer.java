package dev.athanor.platform.kafka;

import com.google.protobuf.MessageLite;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// Writes a protobuf message as its bytes; null stays null, which is a compacted topic's deletion.
public final class ProtoSerializer<T extends MessageLite> implements Serializer<T> {
  @Override
  public byte @Nullable [] serialize(String topic, @Nullable T message) {
    return message == null ? null : message.toByteArray();
  }
}
