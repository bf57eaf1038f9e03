package dev.athanor.embedding.index;

import dev.athanor.embedding.segment.Merges;
import dev.athanor.embedding.segment.SnapshotStore;
import dev.athanor.embedding.segment.Workspace;
import dev.athanor.platform.identity.IdSource;
import dev.athanor.platform.store.ObjectStore;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IndexProperties.class)
class IndexConfiguration {
  /// Each holds a connection while it writes; half of the pool stays free for everybody else.
  private static final int WRITERS = 4;

  @Bean
  SnapshotStore snapshotStore(ObjectStore store) {
    return new SnapshotStore(store);
  }

  @Bean
  Merges merges() {
    return new Merges();
  }

  @Bean
  Workspace workspace(IndexProperties bounds, IdSource ids) throws IOException {
    return Workspace.open(bounds.folder(), ids.next());
  }

  @Bean
  OpenIndex.Parts openIndexParts(
      IndexRows rows,
      SnapshotStore snapshots,
      Workspace workspace,
      Merges merges,
      IdSource ids,
      IndexProperties bounds) {
    return new OpenIndex.Parts(
        rows, snapshots, workspace, merges, ids, new Semaphore(WRITERS), bounds);
  }
}
