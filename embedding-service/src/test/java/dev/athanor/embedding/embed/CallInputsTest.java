package dev.athanor.embedding.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.embedding.batching.Call;
import dev.athanor.embedding.caller.Caller;
import dev.athanor.embedding.caller.Urgency;
import dev.athanor.embedding.deadline.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CallInputsTest {
  static Stream<Consumer<Call>> ends() {
    return Stream.of(
        Call::abandon,
        Call::expire,
        call -> call.fail(new IllegalStateException()),
        call -> call.vectors().complete(new float[1][]));
  }

  @ParameterizedTest
  @MethodSource("ends")
  void areHeldUntilTheCallIsOver(Consumer<Call> end) {
    var text = new Input.Text("a", true);
    var call =
        new Call(
            new Caller("one", Urgency.INTERACTIVE),
            "raw",
            null,
            Deadline.after(Duration.ofSeconds(30), System::nanoTime),
            1);
    var inputs = new CallInputs(call, List.of(text));
    assertThat(inputs.get(0)).isSameAs(text);

    end.accept(call);

    assertThat(inputs.get(0)).isNull();
    assertThat(inputs.count()).isEqualTo(1);
  }
}
