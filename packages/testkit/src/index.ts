export { scratchDatabase } from './scratch-database.ts';
export type { ScratchDatabase } from './scratch-database.ts';
export { CanaryScanner, canariesIn, makeCanary, type CanaryKind } from './canary.ts';
export { makeRandom, type Random } from './random.ts';
export { TcpProxy, type CutProof, type TcpProxyOptions } from './tcp-proxy.ts';
export { throwawayCluster } from './cluster.ts';
export type { Cluster, ClusterOptions } from './cluster.ts';
export { CLUSTER_VERSIONS, whyNoCluster } from './cluster-version.ts';
export type { ClusterVersion } from './cluster-version.ts';
