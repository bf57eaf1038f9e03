package dev.athanor.embedding.embed;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The caller, as the server sees it.
final class Reader<A> extends ServerCallStreamObserver<A> {
  final AtomicInteger asked = new AtomicInteger();
  final List<A> answers = new CopyOnWriteArrayList<>();
  volatile boolean ready = true;
  volatile boolean completed;
  volatile @Nullable Throwable failure;
  private Runnable onReady = () -> {};
  Runnable cancelled = () -> {};
  Runnable closed = () -> {};

  void read() {
    ready = true;
    onReady.run();
  }

  @Override
  public void request(int count) {
    asked.addAndGet(count);
  }

  @Override
  public boolean isReady() {
    return ready;
  }

  @Override
  public void setOnReadyHandler(Runnable handler) {
    onReady = handler;
  }

  @Override
  public void setOnCancelHandler(Runnable handler) {
    cancelled = handler;
  }

  @Override
  public void setOnCloseHandler(Runnable handler) {
    closed = handler;
  }

  @Override
  public void onNext(A answer) {
    answers.add(answer);
  }

  @Override
  public void onError(Throwable status) {
    failure = status;
  }

  @Override
  public void onCompleted() {
    completed = true;
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public void disableAutoRequest() {}

  @Override
  public void disableAutoInboundFlowControl() {}

  @Override
  public void setCompression(String compression) {}

  @Override
  public void setMessageCompression(boolean enable) {}
}
