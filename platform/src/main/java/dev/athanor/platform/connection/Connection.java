package dev.athanor.platform.connection;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;

/// Tells whether the caller of an HTTP request has hung up, which Tomcat itself notices only when
/// it writes. The connection is asked, without waiting, whether there is something to read: after a
/// whole request that is either its end, or the next request of a caller who does not wait for
/// answers.
///
/// A caller that closes its sending side alone counts as gone, as with nginx: the two cannot be
/// told apart.
public final class Connection extends ValveBase {
  private static final String ATTRIBUTE = Connection.class.getName();

  /// What Tomcat reports as readable where reading would fail.
  private static final int ENDED = 1;

  public Connection() {
    super(true);
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    BooleanSupplier gone = () -> hasEnded(request.getCoyoteRequest());
    request.setAttribute(ATTRIBUTE, gone);
    getNext().invoke(request, response);
  }

  /// Whether the caller has gone. To be asked after the whole body was read, by the request's own
  /// thread or while that waits, as in [WaitingCaller].
  public static boolean isGone(HttpServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof BooleanSupplier gone && gone.getAsBoolean();
  }

  private static boolean hasEnded(org.apache.coyote.Request request) {
    request.action(ActionCode.AVAILABLE, Boolean.TRUE);
    return request.getAvailable() == ENDED;
  }
}
