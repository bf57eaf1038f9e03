package dev.athanor.embedding.index;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.athanor.embedding.embed.Clients;
import dev.athanor.embedding.embed.Protocol;
import dev.athanor.embedding.embed.RequestBodies;
import dev.athanor.embedding.segment.Entry;
import dev.athanor.embedding.segment.Neighbour;
import dev.athanor.platform.connection.Connection;
import dev.athanor.platform.error.JsonErrors;
import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import dev.athanor.platform.idempotency.Fingerprint;
import dev.athanor.platform.name.Names;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Similarity search over REST.
@RestController
@RequestMapping("/v1/indexes")
@Tag(name = "indexes")
class IndexController {
  private static final Protocol PROTOCOL = Protocol.INDEX;
  private static final int MOST = 200;

  private final Indexes indexes;
  private final Clients clients;
  private final RequestBodies bodies;
  private final JsonMapper json;

  IndexController(Indexes indexes, Clients clients, RequestBodies bodies, JsonMapper json) {
    this.indexes = indexes;
    this.clients = clients;
    this.bodies = bodies;
    // A field that does not exist is a mistake, not a wish.
    this.json = json.rebuild().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  }

  record Page(List<IndexDocument> indexes, @Nullable String next) {}

  /// @param entries that the index has now
  record Changed(String index, long entries) {}

  /// @param generation of the index that was searched
  record Answer(String index, long generation, List<Hit> neighbours) {}

  /// @param score the cosine, the inner product or the distance, as the index's similarity says
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Hit(
      String id,
      double score,
      Map<String, String> labels,
      @JsonRawValue @Schema(type = "object") @Nullable String payload) {
    static Hit of(Neighbour found) {
      return new Hit(found.id(), found.score(), found.labels(), found.payload());
    }
  }

  /// @param vector (D); of unit length where angles are compared
  @SuppressWarnings("ArrayRecordComponent") // written out, never compared
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Stored(
      String id,
      float[] vector,
      Map<String, String> labels,
      @JsonRawValue @Schema(type = "object") @Nullable String payload) {
    static Stored of(Entry entry) {
      return new Stored(entry.id(), entry.vector(), entry.labels(), entry.payload());
    }
  }

  record EntryPage(List<Stored> entries, @Nullable String next) {}

  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      summary = "Make an index, for a model or for vectors of so many dimensions",
      requestBody =
          @RequestBody(content = @Content(schema = @Schema(implementation = NewIndex.class))))
  ResponseEntity<IndexDocument> create(
      @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
      HttpServletRequest http) {
    return read(
        http,
        NewIndex.class,
        (wanted) -> {
          var made = indexes.create(wanted, Fingerprint.of(key, json.writeValueAsString(wanted)));
          return ResponseEntity.created(URI.create("/v1/indexes/" + made.name()))
              .body(indexes.document(made));
        });
  }

  @GetMapping
  @Operation(summary = "All indexes, by name")
  Page list(
      @RequestParam(defaultValue = "") String after, @RequestParam(defaultValue = "50") int limit) {
    checkLimit(limit);
    if (!after.isEmpty()) {
      Names.check("after", after);
    }
    var found = indexes.list(after, limit + 1);
    var page = found.subList(0, Math.min(limit, found.size()));
    return new Page(
        page.stream().map(indexes::document).toList(),
        found.size() > limit ? page.getLast().name() : null);
  }

  private static void checkLimit(int limit) {
    if (limit < 1 || limit > MOST) {
      throw Problem.badRequest("limit: %d (expected: 1 to %d)".formatted(limit, MOST));
    }
  }

  @GetMapping("/{name}")
  @Operation(summary = "An index: what it is for, how much it holds")
  IndexDocument show(@PathVariable String name) {
    return indexes.document(indexes.get(name));
  }

  @DeleteMapping("/{name}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(summary = "Delete an index and everything in it")
  void delete(@PathVariable String name) {
    indexes.delete(name);
  }

  @PostMapping(path = "/{name}/entries", consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      summary = "Add entries, or replace those with the same ids",
      description = "Answered when the entries are safe and every search finds them.",
      requestBody =
          @RequestBody(content = @Content(schema = @Schema(implementation = NewEntries.class))))
  Changed add(@PathVariable String name, HttpServletRequest http) {
    var client = clients.of(http, PROTOCOL);
    return read(
        http,
        NewEntries.class,
        sent -> new Changed(name, indexes.add(name, sent, client, () -> Connection.isGone(http))));
  }

  @GetMapping("/{name}/entries")
  @Operation(summary = "The entries of an index, by id")
  EntryPage entries(
      @PathVariable String name,
      @RequestParam(defaultValue = "") String after,
      @RequestParam(defaultValue = "50") int limit) {
    checkLimit(limit);
    var found = indexes.entries(name, after, limit + 1);
    var page = found.subList(0, Math.min(limit, found.size()));
    return new EntryPage(
        page.stream().map(Stored::of).toList(), found.size() > limit ? page.getLast().id() : null);
  }

  @GetMapping("/{name}/entries/{id}")
  @Operation(summary = "An entry: its vector, labels and payload")
  Stored entry(@PathVariable String name, @PathVariable String id) {
    return Stored.of(indexes.entry(name, id));
  }

  @PostMapping(path = "/{name}/entries/delete", consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      summary = "Delete entries by their ids or by their labels",
      requestBody =
          @RequestBody(content = @Content(schema = @Schema(implementation = Removal.class))))
  Changed remove(@PathVariable String name, HttpServletRequest http) {
    var client = clients.of(http, PROTOCOL);
    return read(http, Removal.class, sent -> new Changed(name, indexes.remove(name, sent, client)));
  }

  @PostMapping(path = "/{name}/query", consumes = MediaType.APPLICATION_JSON_VALUE)
  @Operation(
      summary = "The nearest neighbours of a vector, an image or a text, the nearest first",
      requestBody =
          @RequestBody(content = @Content(schema = @Schema(implementation = NearestQuery.class))))
  Answer query(@PathVariable String name, HttpServletRequest http) {
    var client = clients.of(http, PROTOCOL);
    return read(
        http,
        NearestQuery.class,
        query -> {
          var found = indexes.nearest(name, query, client, () -> Connection.isGone(http));
          return new Answer(
              name, found.index().generation(), found.neighbours().stream().map(Hit::of).toList());
        });
  }

  /// The body is in memory, and counted, until the work on it has ended.
  private <Q, A> A read(HttpServletRequest http, Class<Q> type, Function<Q, A> work) {
    try (var body = bodies.read(http)) {
      Q sent;
      try {
        sent = body.parse(bytes -> json.readValue(bytes, type));
      } catch (JacksonException unreadable) {
        throw Problem.of(Kind.BAD_REQUEST, JsonErrors.describe(unreadable), unreadable);
      }
      if (sent == null) {
        throw Problem.badRequest("body: null (expected: a JSON object)");
      }
      return work.apply(sent);
    }
  }
}
