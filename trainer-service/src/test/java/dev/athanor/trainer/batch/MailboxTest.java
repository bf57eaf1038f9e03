package dev.athanor.trainer.batch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class MailboxTest {
  @Test
  void clientsAreClosedWhereNoMailboxCanBeMade() {
    var clients = BatchClients.open("127.0.0.1:1");
    clients.consumer().close();

    assertThatThrownBy(() -> new Mailbox(clients, 0, () -> {}, Clock.systemUTC(), System::nanoTime))
        .isInstanceOf(IllegalStateException.class);

    var record = new ProducerRecord<byte[], byte[]>("topic", new byte[0]);
    assertThatThrownBy(() -> clients.producer().send(record))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
