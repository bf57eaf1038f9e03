package dev.athanor.embedding.index;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.athanor.platform.error.JsonErrors;
import dev.athanor.platform.error.Problem;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What callers say of indexes in JSON, checked as far as no index has to be asked.
public final class IndexBodiesFuzz {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private static final IndexProperties bounds =
      new IndexProperties(
          Path.of("unused"),
          10,
          1000,
          DataSize.ofMegabytes(1),
          2,
          100,
          DataSize.ofKilobytes(1),
          4,
          4,
          100,
          1000,
          Duration.ofHours(1));

  private IndexBodiesFuzz() {}

  /// The last byte chooses the body.
  public static void fuzzerTestOneInput(FuzzedDataProvider data) {
    int which = data.consumeInt(0, 3);
    var body = data.consumeRemainingAsBytes();
    try {
      switch (which) {
        case 0 -> check(JSON.readValue(body, NewIndex.class));
        case 1 -> check(JSON.readValue(body, NewEntries.class));
        case 2 -> check(JSON.readValue(body, NearestQuery.class));
        default -> check(JSON.readValue(body, Removal.class));
      }
    } catch (JacksonException unreadable) {
      JsonErrors.describe(unreadable);
    } catch (Problem refused) {
      if (refused.kind().httpStatus() >= 500) {
        throw refused;
      }
    }
  }

  private static void check(@Nullable NewIndex index) {
    if (index != null) {
      index.space(index.dimensions() == null ? 3 : index.dimensions());
    }
  }

  private static void check(@Nullable NewEntries entries) {
    if (entries != null) {
      entries.check(bounds.batch(), bounds.payload().toBytes());
    }
  }

  private static void check(@Nullable NearestQuery query) {
    if (query != null) {
      query.check(bounds);
    }
  }

  private static void check(@Nullable Removal removal) {
    if (removal != null) {
      removal.change(bounds.batch());
    }
  }
}
