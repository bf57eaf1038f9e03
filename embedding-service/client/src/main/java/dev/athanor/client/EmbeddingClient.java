package dev.athanor.client;

import com.google.protobuf.ByteString;
import dev.athanor.contracts.embedding.EmbedRequest;
import dev.athanor.contracts.embedding.EmbeddingServiceGrpc;
import dev.athanor.contracts.embedding.GetModelRequest;
import dev.athanor.contracts.embedding.ListModelsRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// Images or texts in, vectors out, from a service elsewhere. To be made once and shared by
/// threads.
///
/// Where a `model` is asked for it is `name` (its `production` version, else its `latest`),
/// `name@alias` or `name@3`. Images are files, JPEG or PNG. Every method throws
/// [EmbeddingException], and [IllegalStateException] once the client is closed.
public final class EmbeddingClient implements AutoCloseable {
  private final Connection connection;

  public EmbeddingClient(ClientOptions options) {
    this(options, RandomGenerator.getDefault());
  }

  /// @param random spreads the waits between attempts; used by one thread at a time
  public EmbeddingClient(ClientOptions options, RandomGenerator random) {
    this.connection = new Connection(options, random);
  }

  /// (D)
  public float[] embed(String model, Path image) throws IOException {
    return embed(model, Files.readAllBytes(image));
  }

  /// (D)
  public float[] embed(String model, byte[] image) {
    return embed(model, List.of(image)).vectors()[0];
  }

  /// In one call: all images or none.
  public Embeddings embed(String model, List<byte[]> images) {
    return Waiting.on(embedAsync(model, images));
  }

  /// The same without waiting. To cancel the answer is to hang up: what is not inferred then never
  /// will be.
  public CompletableFuture<Embeddings> embedAsync(String model, List<byte[]> images) {
    return begin(request(model, images));
  }

  /// (D)
  public float[] embedText(String model, String text) {
    return embedTexts(model, List.of(text)).vectors()[0];
  }

  /// In one call: all texts or none. Those that are longer than the model reads are cut.
  public Embeddings embedTexts(String model, List<String> texts) {
    return Waiting.on(embedTextsAsync(model, texts));
  }

  /// The same without waiting.
  public CompletableFuture<Embeddings> embedTextsAsync(String model, List<String> texts) {
    return begin(textRequest(model, texts));
  }

  /// The vectors (D) of any number of images, in their order, by several calls at a time, each of
  /// which is tried again for itself. All come from the version that `model` leads to now.
  ///
  /// Nothing is read or sent before somebody asks for a vector, and never more than the batches
  /// under way are held. The stream is sequential and is to be closed; so `images` is then, and
  /// what is under way is cancelled.
  public Stream<float[]> embedAll(String model, Stream<byte[]> images, Batches batches) {
    return all(model, images, image -> image.length, batches, EmbeddingClient::request);
  }

  /// The same of texts.
  public Stream<float[]> embedAllTexts(String model, Stream<String> texts, Batches batches) {
    return all(model, texts, String::length, batches, EmbeddingClient::textRequest);
  }

  /// The answers to any number of requests, in their order, over one call of gRPC's. Cheaper a
  /// request than calls of their own, but never tried again: where the call breaks, the stream ends
  /// with the exception, and the answers before it stand. A request that is refused ends it too.
  ///
  /// At most eight requests wait for their answers; further ones are taken from `requests` as
  /// answers are asked for, by the thread that asks. The stream is sequential and is to be closed.
  public Stream<Embeddings> embedStream(String model, Stream<List<byte[]>> requests) {
    connection.checkOpen();
    var answers =
        new AnswerStream(connection, requests.map(images -> request(model, images)).iterator());
    return stream(answers).onClose(answers::close).onClose(requests::close);
  }

  public ServedModel getModel(String model) {
    var request = GetModelRequest.newBuilder().setModel(model).build();
    return Waiting.on(
        RetriedCall.begin(
            connection, EmbeddingServiceGrpc.getGetModelMethod(), request, ServedModel::of));
  }

  /// What the service can answer with now.
  public List<ServedModel> listModels() {
    return Waiting.on(
        RetriedCall.begin(
            connection,
            EmbeddingServiceGrpc.getListModelsMethod(),
            ListModelsRequest.getDefaultInstance(),
            answer -> answer.getModelsList().stream().map(ServedModel::of).toList()));
  }

  /// Takes no more calls, lets those under way end, further attempts included, each within its
  /// deadline, and closes the connection.
  @Override
  public void close() {
    connection.close();
  }

  private CompletableFuture<Embeddings> begin(EmbedRequest request) {
    return RetriedCall.begin(
        connection, EmbeddingServiceGrpc.getEmbedMethod(), request, Embeddings::of);
  }

  private <T> Stream<float[]> all(
      String model,
      Stream<T> inputs,
      ToLongFunction<T> bytes,
      Batches batches,
      BiFunction<String, List<T>, EmbedRequest> request) {
    var version = getModel(model).id();
    var calls =
        new OrderedCalls<>(
            inputs.iterator(), bytes, batches, batch -> begin(request.apply(version, batch)));
    return stream(calls).onClose(calls::close).onClose(inputs::close);
  }

  private static EmbedRequest request(String model, List<byte[]> images) {
    var request = EmbedRequest.newBuilder().setModel(model);
    images.forEach(image -> request.addImages(ByteString.copyFrom(image)));
    return request.build();
  }

  private static EmbedRequest textRequest(String model, List<String> texts) {
    return EmbedRequest.newBuilder().setModel(model).addAllTexts(texts).build();
  }

  private static <T> Stream<T> stream(Iterator<T> iterator) {
    int order = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator, order), false);
  }
}
