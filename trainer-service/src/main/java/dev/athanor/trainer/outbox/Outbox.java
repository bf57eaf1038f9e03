package dev.athanor.trainer.outbox;

import com.google.protobuf.MessageLite;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Takes records in the caller's transaction. Records of one key leave in the order of their
/// transactions, because whoever writes one holds the lock of the row that the key names.
@Component
public class Outbox {
  private final JdbcClient jdbc;

  Outbox(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  public void add(String topic, String key, MessageLite value) {
    jdbc.sql("insert into outbox (topic, key, value) values (:topic, :key, :value)")
        .param("topic", topic)
        .param("key", key)
        .param("value", value.toByteArray())
        .update();
  }
}
