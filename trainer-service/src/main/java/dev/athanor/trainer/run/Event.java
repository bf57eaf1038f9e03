package dev.athanor.trainer.run;

import dev.athanor.contracts.run.RunEvent;
import dev.athanor.contracts.run.StateChanged;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Something that happened to a run, as its followers hear of it.
sealed interface Event {
  /// The word that server-sent events carry.
  String kind();

  /// Adds what happened to a record for Kafka.
  void writeTo(RunEvent.Builder event);

  record State(RunState state, @Nullable String reason) implements Event {
    @Override
    public String kind() {
      return "state";
    }

    @Override
    public void writeTo(RunEvent.Builder event) {
      event.setState(
          StateChanged.newBuilder().setState(state.name()).setReason(reason == null ? "" : reason));
    }
  }

  record Progressed(Progress progress) implements Event {
    @Override
    public String kind() {
      return "progress";
    }

    @Override
    public void writeTo(RunEvent.Builder event) {
      event.setProgress(
          dev.athanor.contracts.run.Progress.newBuilder()
              .setStep(progress.step())
              .setTotalSteps(progress.totalSteps())
              .setEpoch(progress.epoch())
              .setLoss(progress.loss() == null ? Double.NaN : progress.loss())
              .setLearningRate(progress.learningRate())
              .setImagesPerSecond(progress.imagesPerSecond())
              .setEtaSeconds(progress.etaSeconds()));
    }
  }

  record Alarmed(Alarm alarm) implements Event {
    @Override
    public String kind() {
      return "alarm";
    }

    @Override
    public void writeTo(RunEvent.Builder event) {
      event.setAlarm(
          dev.athanor.contracts.run.Alarm.newBuilder()
              .setStep(alarm.step())
              .setEpoch(alarm.epoch())
              .addAllCauses(alarm.causes()));
    }
  }

  record Evaluated(long step, int epoch, Map<String, Double> figures) implements Event {
    @Override
    public String kind() {
      return "evaluated";
    }

    @Override
    public void writeTo(RunEvent.Builder event) {
      event.setEvaluated(
          dev.athanor.contracts.run.Evaluated.newBuilder()
              .setStep(step)
              .setEpoch(epoch)
              .putAllFigures(figures));
    }
  }
}
