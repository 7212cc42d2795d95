namespace SecureCollectives.Tests.Architecture;

/// <summary>
/// The exact set of namespaces that each namespace uses. Names omit the prefix "SecureCollectives."; that namespace itself, the public API,
/// is <see cref="Api"/>. A new row, or a new entry in a row, is a decision about the layers.
/// </summary>
internal static class NamespaceRules
{
    public const string Api = "SecureCollectives";

    /// <summary>Uses of whole namespaces; they form no cycle.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Uses = new Dictionary<string, string[]>
    {
        ["Framing"] = [],

        ["Security.Admission"] = [],
        ["Security.Identity"] = [],
        ["Security.Sealing.Aegis"] = [],
        ["Security.Sealing.IpsecMb"] = [],
        ["Security.Sealing"] = ["Framing", "Security.Sealing.Aegis", "Security.Sealing.IpsecMb"],
        ["Security.Keys"] = ["Framing", "Security.Sealing"],

        // Keeps peers from filling the logs of all assemblies above; knows nothing of gRPC.
        ["Rpc.Throttling"] = [],
        ["Rpc"] = ["Rpc.Throttling"],

        // The log class for all of Transport, and Transport's metrics.
        ["Transport"] = ["Rpc", "Rpc.Throttling", "Security.Keys"],
        ["Transport.Native"] = [],
        ["Transport.Lanes"] = [],
        ["Transport.Memory"] = ["Transport.Lanes"],
        ["Transport.Schedules"] = ["Framing"],
        ["Transport.Links"] = [
            "Framing", "Rpc", "Security.Admission", "Security.Identity", "Security.Keys", "Security.Sealing", "Transport.Lanes"],
        // One direction of a lane as a state machine, without I/O.
        ["Transport.Directions"] = ["Framing", "Transport.Schedules"],
        ["Transport.Loops"] =
            ["Framing", "Security.Sealing", "Transport", "Transport.Directions", "Transport.Lanes", "Transport.Links", "Transport.Native",
                "Transport.Schedules"],
        // TLS over any lane; both the layer below and the result are lanes.
        ["Transport.Tls"] = ["Security.Admission", "Security.Identity", "Transport.Lanes"],
        // Polled sockets of any family. The same signal wakes the listener and a loop, but the listener does not depend on the loop.
        ["Transport.Sockets"] =
        [
            "Security.Admission", "Security.Identity", "Security.Keys", "Transport", "Transport.Lanes", "Transport.Links",
                "Transport.Native", "Transport.Tls",
        ],
        // Rpc: names, and the order and times of attempts at several addresses, are the same for control connections and lanes.
        ["Transport.Tcp"] =
            ["Rpc", "Security.Admission", "Security.Identity", "Security.Keys", "Transport.Lanes", "Transport.Links", "Transport.Native",
                "Transport.Sockets"],
        ["Transport.SharedMemory"] =
            ["Security.Admission", "Security.Identity", "Security.Keys", "Transport.Lanes", "Transport.Links", "Transport.Native",
                "Transport.Sockets"],
        // Its handshake thread measures its own processor time, with a type of Transport.Native.
        ["Transport.Grpc"] =
            ["Rpc", "Security.Admission", "Security.Identity", "Security.Keys", "Transport", "Transport.Lanes", "Transport.Links",
                "Transport.Native"],

        // Interprets launchers' environment variables, as pure functions.
        ["Launchers"] = [],
        ["Identity"] = ["Security.Identity"],
        ["Reduction"] = ["Framing", "Transport.Schedules"],
        // Metrics, traces, and the log output of a program without a logger.
        ["Telemetry"] = ["Framing", "Rpc", "Transport", "Transport.Loops", "Transport.Schedules"],
        ["Collectives"] = ["Framing", "Telemetry", "Transport.Loops", "Transport.Schedules"],
        // User calls that consist of several operations or need memory of their own.
        ["CompositeCalls"] = ["Collectives", "Framing", "Reduction", "Transport.Schedules"],
        // Fault attribution without I/O: which rank is to blame for a failure.
        ["Faults"] = ["Framing", "Transport.Loops"],
        ["Membership.Wire"] = [],
        ["Membership"] =
        [
            "Faults", "Framing", "Identity", "Membership.Wire", "Rpc", "Rpc.Throttling", "Security.Admission", "Security.Identity",
                "Security.Keys", "Security.Sealing", "Security.Sealing.IpsecMb", "Telemetry",
            "Transport.Grpc", "Transport.Lanes", "Transport.Links", "Transport.Loops", "Transport.Native", "Transport.SharedMemory",
                "Transport.Tcp",
        ],
        ["Links"] =
        [
            "Framing", "Identity", "Membership", "Membership.Wire", "Rpc", "Security.Identity", "Security.Keys", "Telemetry",
                "Transport.Lanes", "Transport.Links", "Transport.Loops",
        ],
        ["PointToPoint"] = ["Framing", "Links", "Membership", "Transport.Links", "Transport.Loops", "Transport.Schedules"],
        ["Opening"] =
        [
            "Collectives", "Framing", "Identity", "Links", "Membership", "PointToPoint", "Security.Identity", "Security.Keys",
                "Security.Sealing", "Telemetry", "Transport.Links",
            "Transport.Loops",
        ],
        [Api] =
        [
            "Collectives", "CompositeCalls", "Framing", "Identity", "Launchers", "Links", "Membership", "Opening", "PointToPoint",
                "Reduction", "Rpc.Throttling", "Security.Identity", "Security.Keys", "Security.Sealing",
            "Security.Sealing.IpsecMb", "Telemetry", "Transport.Links", "Transport.Loops", "Transport.Schedules",
        ],

        ["CommandLine"] = [Api, "Security.Identity"],
        ["CommandLine.Launch"] = [Api, "CommandLine", "Identity", "Security.Identity"],
        ["Cli"] = [],
        ["Cli.Doctor"] =
        [
            Api, "Cli.Pki", "CommandLine", "Identity", "Membership", "Security.Identity", "Security.Keys", "Security.Sealing",
            "Security.Sealing.IpsecMb",
        ],
        ["Cli.Launch"] = ["CommandLine", "CommandLine.Launch", "Security.Identity"],
        ["Cli.Pki"] = ["CommandLine", "Identity", "Security.Identity"],
        ["Cli.Train"] = [Api, "Cli", "CommandLine"],
    };

    /// <summary>
    /// Single types used against the direction of <see cref="Uses"/>. These cycles are known; listed type by type, they cannot grow
    /// unnoticed.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, string[]> UsesUpward = new Dictionary<string, string[]>
    {
        // A key schedule creates sealers, and a sealer steps its key. The transcript names a suite by its code, and a suite defines the
        // lengths of keys and of frames.
        ["Security.Sealing"] = ["Security.Keys.KeyChain", "Security.Keys.SecretBytes", "Security.Keys.Suite", "Security.Keys.SuiteCode"],
        // AeadEngines chooses among the engines; each passes its self-test before it is used.
        ["Security.Sealing.Aegis"] = [
            "Security.Keys.Suite", "Security.Keys.SuiteCode", "Security.Sealing.AeadEngine", "Security.Sealing.AeadSelfTest"],
        ["Security.Sealing.IpsecMb"] = ["Security.Keys.Suite", "Security.Sealing.AeadEngine", "Security.Sealing.AeadSelfTest"],
        // Users import one namespace. It holds the entry points (Job, Communicator) and their options, errors and enumerations, which the
        // layers below use too.
        ["Collectives"] = ["CollectiveException"],
        ["Telemetry"] = ["CollectiveError", "CollectiveException", "MembershipError", "MembershipException"],
        ["CompositeCalls"] = ["Communicator", "ReduceOp"],
        ["Identity"] = ["Log"],
        ["Membership"] =
        [
            "CipherEngine", "CipherSuite", "CommunicatorOptions", "DescriptorLimit", "KeyAgreement", "Job", "JobOptions", "Log", "MembershipError",
                "MembershipException", "Protection",
            "TransportKind",
        ],
        ["Links"] = ["DescriptorLimit", "Log", "MembershipException"],
        ["Opening"] =
        [
            "CipherEngine", "CipherSuite", "CollectiveError", "CollectiveException", "Communicator", "CommunicatorOptions",
                "DescriptorLimit", "LocalTransport", "Log", "MembershipError",
            "MembershipException", "Protection", "TransportKind",
        ],
        ["Reduction"] = ["BFloat16", "ReductionFunction`1"],
        // Every program that a launcher started exits with the launcher.
        ["CommandLine"] = ["CommandLine.Launch.ParentWatch"],
    };
}
