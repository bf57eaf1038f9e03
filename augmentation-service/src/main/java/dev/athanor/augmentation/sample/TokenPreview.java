package dev.athanor.augmentation.sample;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a view makes of a document, or of a block.
///
/// @param sha256 of the tokenizer's file
/// @param index of the document, or of the block where rows are packed
/// @param rows draw 0, 1, 2 …; one where nothing is drawn
record TokenPreview(String tokenizer, String sha256, String view, long index, List<Row> rows) {

  /// @param epoch in which a run would see it
  /// @param length how many of the tokens count; the others are padding
  /// @param targets what is to be predicted; null where nothing is
  record Row(
      long epoch,
      int length,
      List<Integer> ids,
      List<String> tokens,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Target> targets) {}

  /// @param position in the row
  /// @param id of the token that was there
  record Target(int position, int id, String token) {}
}
