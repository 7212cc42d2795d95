using System.Net;
using Microsoft.Extensions.Logging;
using SecureCollectives.Membership;
using SecureCollectives.Rpc.Throttling;
using SecureCollectives.Security.Identity;
using SecureCollectives.Security.Keys;

namespace SecureCollectives;

/// <summary>All log messages of this assembly, in the order of their event ids.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Loaded the identity {Worker}, valid until {NotAfter:u}.")]
    public static partial void IdentityLoaded(ILogger logger, WorkerId worker, DateTimeOffset notAfter);

    [LoggerMessage(2, LogLevel.Information, "Reloaded the identity {Worker}, now valid until {NotAfter:u}.")]
    public static partial void IdentityReloaded(ILogger logger, WorkerId worker, DateTimeOffset notAfter);

    [LoggerMessage(3, LogLevel.Warning,
        "Kept the identity {Worker}, valid until {NotAfter:u}, because the new identity files cannot be used. {Reason}")]
    public static partial void IdentityNotReloaded(ILogger logger, WorkerId worker, DateTimeOffset notAfter, string reason);

    [LoggerMessage(4, LogLevel.Information, "{Worker} listens for control at {EndPoint}.")]
    public static partial void WorkerListens(ILogger logger, WorkerId worker, IPEndPoint endPoint);

    [LoggerMessage(5, LogLevel.Information, "Rank {Rank} joined from {EndPoint}: {Present} of {WorldSize} workers have joined.")]
    public static partial void WorkerJoined(ILogger logger, int rank, HostPort endPoint, int present, int worldSize);

    [LoggerMessage(6, LogLevel.Warning, "Refused rank {Rank} at {EndPoint}: the worker at {Holder} has already claimed it.{Unlogged}")]
    public static partial void ClaimWasRefused(ILogger logger, int rank, HostPort endPoint, HostPort holder, Unlogged unlogged);

    [LoggerMessage(7, LogLevel.Warning,
        "Refused a request by {Worker} to join from {Remote}: "
            + "it is not a rank of this job, or it requested a rank other than its own.{Unlogged}")]
    public static partial void WrongWorkerWasRefused(ILogger logger, WorkerId worker, IPEndPoint remote, Unlogged unlogged);

    [LoggerMessage(8, LogLevel.Warning, "Refused a request by rank {Rank} to join from {Remote}: it belongs to another run.{Unlogged}")]
    public static partial void OtherRunWasRefused(ILogger logger, int rank, IPEndPoint remote, Unlogged unlogged);

    [LoggerMessage(9, LogLevel.Warning, "Refused a request by rank {Rank} because parameters differ: {Difference}.{Unlogged}")]
    public static partial void ParametersDiffered(ILogger logger, int rank, string difference, Unlogged unlogged);

    [LoggerMessage(10, LogLevel.Information, "Rank 0 was not ready at {Master}; retrying. {Reason}{Unlogged}")]
    public static partial void MasterIsAwaited(ILogger logger, HostPort master, string reason, Unlogged unlogged);

    [LoggerMessage(11, LogLevel.Information, "{Ranks} had not joined yet.")]
    public static partial void RanksAreAwaited(ILogger logger, string ranks);

    [LoggerMessage(12, LogLevel.Information, "{Worker} joined the job as one of {WorldSize} workers, session {Session}.")]
    public static partial void JobWasJoined(ILogger logger, WorkerId worker, int worldSize, string session);

    [LoggerMessage(13, LogLevel.Warning, "{Worker} was refused a link from rank {Initiator} to rank {Responder}.{Unlogged}")]
    public static partial void LinkWasRefused(ILogger logger, WorkerId worker, uint initiator, uint responder, Unlogged unlogged);

    [LoggerMessage(14, LogLevel.Information,
        "Could not open the link of communicator '{Communicator}' to rank {Peer}; retrying: {Reason}")]
    public static partial void LinkIsTriedAgain(ILogger logger, string communicator, int peer, string reason);

    [LoggerMessage(15, LogLevel.Information,
        "Communicator '{Communicator}' was opened at rank {Rank} of {WorldSize}: {Transport}, {Protection}, {Suite}, engine {Engine}.")]
    public static partial void CommunicatorWasOpened(
        ILogger logger, string communicator, int rank, int worldSize, TransportCode transport, ProtectionCode protection, SuiteCode suite,
            string engine);

    [LoggerMessage(16, LogLevel.Warning,
        "Communicator '{Communicator}' was opened WITHOUT PROTECTION: its data can be read and changed on the network.")]
    public static partial void PlaintextIsUsed(ILogger logger, string communicator);

    [LoggerMessage(17, LogLevel.Error,
        "Communicator '{Communicator}' failed at operation {Operation} (0: Send or Receive), step {Step}: {Detail}.")]
    public static partial void CommunicatorFailed(
        ILogger logger, Exception? exception, string communicator, ulong operation, uint step, string detail);

    [LoggerMessage(18, LogLevel.Information, "Communicator '{Communicator}' was closed by rank {Rank}.")]
    public static partial void CommunicatorWasClosed(ILogger logger, string communicator, int rank);

    [LoggerMessage(19, LogLevel.Information, "Rank {Rank} left before all ranks had joined.")]
    public static partial void WorkerLeft(ILogger logger, int rank);

    [LoggerMessage(20, LogLevel.Information, "{Worker} accepts lanes over {Lanes} at port {Port}.")]
    public static partial void LanesAreAccepted(ILogger logger, WorkerId worker, LaneKind lanes, int port);

    [LoggerMessage(21, LogLevel.Warning,
        "Rank {Rank}'s certificate, used to open the link of communicator '{Communicator}' "
            + "to rank {Peer}, expires at {NotAfter:u}. Renew it, or the communicator will fail at that time.")]
    public static partial void CertificateExpires(ILogger logger, int rank, string communicator, int peer, DateTimeOffset notAfter);

    [LoggerMessage(22, LogLevel.Information,
        "Communicator '{Communicator}': "
            + "the kernel rejected congestion control {Name} for the connection to rank {Peer}, which keeps {Current}.")]
    public static partial void CongestionControlWasRefused(ILogger logger, string communicator, int peer, string name, string current);

    [LoggerMessage(23, LogLevel.Warning, "The trust roots of {Worker} changed. Added (SHA-256): {Added}. Removed: {Removed}.")]
    public static partial void TrustRootsChanged(ILogger logger, WorkerId worker, string added, string removed);

    [LoggerMessage(24, LogLevel.Warning,
        "Communicator '{Communicator}' derives its keys with {KeyAgreement} alone: a quantum computer could decrypt recorded traffic.")]
    public static partial void KeysAreNotPostQuantum(ILogger logger, string communicator, KeyAgreementCode keyAgreement);

    [LoggerMessage(25, LogLevel.Warning,
        "Communicator '{Communicator}' failed on all ranks at operation {Operation} (0: Send or Receive), step {Step}: {Detail}.")]
    public static partial void FaultWasAttributed(ILogger logger, string communicator, ulong operation, uint step, string detail);

    [LoggerMessage(26, LogLevel.Warning, "Refused a failure report from rank {Rank}: {Reason}.")]
    public static partial void ReportWasRefused(ILogger logger, int rank, string reason);

    [LoggerMessage(27, LogLevel.Warning, "Rank {Rank} sent more failure messages than a worker needs; its connection was closed.")]
    public static partial void MessagesWereTooMany(ILogger logger, int rank);

    [LoggerMessage(28, LogLevel.Warning, "Refused a verdict from rank {Rank} on a failure: {Reason}.")]
    public static partial void VerdictWasRefused(ILogger logger, int rank, string reason);

    [LoggerMessage(29, LogLevel.Warning, "Refused a request by {Worker} to report failures: {Reason}.{Unlogged}")]
    public static partial void WatchWasRefused(ILogger logger, WorkerId worker, string reason, Unlogged unlogged);

    [LoggerMessage(30, LogLevel.Debug,
        "The control connection to rank {Rank} was lost or could not be established; retrying: {Reason}")]
    public static partial void ArbiterWasLost(ILogger logger, int rank, string reason);

    [LoggerMessage(31, LogLevel.Warning,
        "SECURITY: the link of communicator '{Communicator}' to rank {Peer} failed authentication and is being replaced: {Words}.")]
    public static partial void LinkFailedAuthentication(ILogger logger, string communicator, int peer, string words);

    [LoggerMessage(32, LogLevel.Information, "The link of communicator '{Communicator}' to rank {Peer} is being replaced: {Why}.")]
    public static partial void LinkIsReplaced(ILogger logger, string communicator, int peer, string why);

    [LoggerMessage(33, LogLevel.Information,
        "The link of communicator '{Communicator}' to rank {Peer} was replaced at operation {Operation} ({Cause}); "
            + "this is replacement {Number}.")]
    public static partial void LinkTookAnothersPlace(
        ILogger logger, string communicator, int peer, ulong operation, LinkCauseCode cause, ulong number);

    [LoggerMessage(34, LogLevel.Warning, "The link of communicator '{Communicator}' to rank {Peer} could not be replaced: {Words}.")]
    public static partial void LinkWasGivenUp(ILogger logger, string communicator, int peer, string words);

    [LoggerMessage(35, LogLevel.Warning,
        "The link of communicator '{Communicator}' to rank {Peer} should be replaced: {Why}. It stays in use for now: {Words}.")]
    public static partial void ReplacementWasPostponed(ILogger logger, string communicator, int peer, string why, string words);

    [LoggerMessage(36, LogLevel.Warning,
        "Refused rank {Peer} a new link of communicator '{Communicator}': it requested more than {Limit} within a minute.")]
    public static partial void LinkRequestsWereRefused(ILogger logger, int peer, string communicator, int limit);

    [LoggerMessage(37, LogLevel.Information, "This worker cannot use {Suites}: {Reason}.")]
    public static partial void SuitesAreMissing(ILogger logger, string suites, string reason);

    [LoggerMessage(38, LogLevel.Warning,
        "This job's automatic suite is {Suite}. {Ranks} cannot use {Preferred}; see the log there for the reason.")]
    public static partial void SuitesWerePassedOver(ILogger logger, SuiteCode suite, string preferred, string ranks);

    [LoggerMessage(39, LogLevel.Warning,
        "Could not share memory with rank {Peer} for communicator '{Communicator}', "
            + "although it is on this host: {Reason} Using TCP instead.")]
    public static partial void MemoryCouldNotBeShared(ILogger logger, string communicator, int peer, string reason);

    [LoggerMessage(40, LogLevel.Warning,
        "Workers on this host exchange data over TCP. {Reason} To request TCP explicitly, set SECURE_COLLECTIVES_LOCAL_TRANSPORT=tcp.")]
    public static partial void MemoryIsNotShared(ILogger logger, string reason);

    [LoggerMessage(41, LogLevel.Information,
        "A link of communicator '{Communicator}' to rank {Peer} is being opened: an operation needs it.")]
    public static partial void LinkIsOpened(ILogger logger, string communicator, int peer);

    [LoggerMessage(42, LogLevel.Information,
        "The link of communicator '{Communicator}' to rank {Peer} was opened at operation {Operation}.")]
    public static partial void LinkWasOpened(ILogger logger, string communicator, int peer, ulong operation);

    [LoggerMessage(43, LogLevel.Information,
        "The link of communicator '{Communicator}' to rank {Peer} was closed: no operation has used it for {Seconds} s.")]
    public static partial void IdleLinkWasClosed(ILogger logger, string communicator, int peer, double seconds);

    [LoggerMessage(44, LogLevel.Warning,
        "The name '{Host}' of rank 0 (MASTER_ADDR) does not resolve; retrying for up to {Seconds} s: {Reason}.")]
    public static partial void NameIsAwaited(ILogger logger, string host, double seconds, string reason);

    [LoggerMessage(45, LogLevel.Warning, "This worker is waiting until {ValidFrom:u}, when its certificate becomes valid. {Reason}")]
    public static partial void OwnCertificateIsAwaited(ILogger logger, DateTimeOffset validFrom, string reason);

    [LoggerMessage(46, LogLevel.Warning,
        "This worker could not join at {Master}; retrying for up to {Seconds} s in total. {Reason}{Unlogged}")]
    public static partial void JoinIsTriedAgain(ILogger logger, HostPort master, double seconds, string reason, Unlogged unlogged);

    [LoggerMessage(47, LogLevel.Warning, "Workers on other hosts cannot join. {Reason}")]
    public static partial void MasterListensOnLoopback(ILogger logger, string reason);

    [LoggerMessage(48, LogLevel.Warning, "Rank 0 is waiting up to {Seconds} s for its port. {Reason}")]
    public static partial void PortIsAwaited(ILogger logger, double seconds, string reason);

    [LoggerMessage(49, LogLevel.Information, "The identities of this job's ranks are {Form} ({Fingerprint}).")]
    public static partial void IdentitiesAreMapped(ILogger logger, string form, string fingerprint);

    [LoggerMessage(50, LogLevel.Warning,
        "The identities in job '{Job}' do not name it: a worker of another job with the same identities can take part in this one. "
            + "To keep jobs apart, give each its own authority or its own list of identities.")]
    public static partial void IdentitiesNameNoJob(ILogger logger, string job);

    [LoggerMessage(51, LogLevel.Debug,
        "The control connection to rank {Rank} is being replaced before one of its certificates expires.")]
    public static partial void ArbiterIsConnectedAnew(ILogger logger, int rank);

    [LoggerMessage(52, LogLevel.Information,
        "{Launcher} started this worker as rank {Rank} of {WorldSize}; rank 0 is at {MasterAddress}:{MasterPort}, run id '{RunId}'.")]
    public static partial void PlaceWasRead(
        ILogger logger, string launcher, int rank, int worldSize, string masterAddress, int masterPort, string runId);

    [LoggerMessage(53, LogLevel.Warning, "Refused a request by rank {Rank} to join from {Remote}: {Reason}{Unlogged}")]
    public static partial void MalformedJoinWasRefused(ILogger logger, int rank, IPEndPoint remote, string reason, Unlogged unlogged);

    [LoggerMessage(54, LogLevel.Warning,
        "Rank 0 listens at {Addresses} only: "
            + "another address of MASTER_ADDR could not be used, and workers that know only that address cannot join. {Reason}")]
    public static partial void AddressIsNotServed(ILogger logger, string addresses, string reason);
}
