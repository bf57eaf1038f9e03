package dev.athanor.trainer.registry;

import dev.athanor.platform.error.Kind;
import dev.athanor.platform.error.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import org.apache.tomcat.util.http.fileupload.FileItemIterator;
import org.apache.tomcat.util.http.fileupload.FileUpload;
import org.apache.tomcat.util.http.fileupload.servlet.ServletRequestContext;
import org.jspecify.annotations.Nullable;

/// The parts of a multipart form, each a stream that is read while it comes. (The servlet API's own
/// `getPart` would lay a model down on this service's disk first.)
final class UploadForm {
  private final FileItemIterator parts;

  private UploadForm(FileItemIterator parts) {
    this.parts = parts;
  }

  /// @param content to be read before the next part is asked for
  record Part(String name, InputStream content) {}

  static UploadForm of(HttpServletRequest request) {
    try {
      return new UploadForm(new FileUpload().getItemIterator(new ServletRequestContext(request)));
    } catch (IOException failure) {
      throw broken(failure);
    }
  }

  /// The next part, or null at the end of the form.
  @Nullable Part next() {
    try {
      if (!parts.hasNext()) {
        return null;
      }
      var part = parts.next();
      return new Part(String.valueOf(part.getFieldName()), part.openStream());
    } catch (IOException failure) {
      throw broken(failure);
    }
  }

  static Problem broken(Throwable failure) {
    return Problem.of(Kind.BAD_REQUEST, "form: broken (expected: a whole multipart form)", failure);
  }
}
