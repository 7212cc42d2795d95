namespace SecureCollectives.Tests.Architecture;

/// <summary>
/// What each namespace of each assembly uses of the others: exactly this. Names are without "SecureCollectives."; that namespace itself,
/// the public API, is
/// <see cref="Api"/>. A new row, or a new entry in one, is a decision about the layers.
/// </summary>
internal static class NamespaceRules
{
    public const string Api = "SecureCollectives";

    /// <summary>Whole namespaces, without circles.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Uses = new Dictionary<string, string[]>
    {
        ["Framing"] = [],

        ["Security.Admission"] = [],
        ["Security.Identity"] = [],
        ["Security.Sealing.Aegis"] = [],
        ["Security.Sealing.IpsecMb"] = [],
        ["Security.Sealing"] = ["Framing", "Security.Sealing.Aegis", "Security.Sealing.IpsecMb"],
        ["Security.Keys"] = ["Framing", "Security.Sealing"],

        ["Rpc"] = [],

        // The log of all of Transport.
        ["Transport"] = ["Security.Keys"],
        ["Transport.Native"] = [],
        ["Transport.Lanes"] = [],
        ["Transport.Memory"] = ["Transport.Lanes"],
        ["Transport.Schedules"] = ["Framing"],
        ["Transport.Links"] = [
            "Framing", "Security.Admission", "Security.Identity", "Security.Keys", "Security.Sealing", "Transport.Lanes"],
        // One direction of a lane as a state machine, without I/O.
        ["Transport.Directions"] = ["Framing", "Transport.Schedules"],
        ["Transport.Loops"] =
            ["Framing", "Security.Sealing", "Transport", "Transport.Directions", "Transport.Lanes", "Transport.Links", "Transport.Native",
                "Transport.Schedules"],
        // Over any lane: what is below and what is above it are lanes to it.
        ["Transport.Tls"] = ["Security.Admission", "Security.Identity", "Transport.Lanes"],
        // Sockets that are polled, of whatever family. The listener is woken like a loop, by the same signal; of the loop itself it knows
        // nothing.
        ["Transport.Sockets"] =
        [
            "Security.Admission", "Security.Identity", "Security.Keys", "Transport", "Transport.Lanes", "Transport.Links",
                "Transport.Native", "Transport.Tls",
        ],
        ["Transport.Tcp"] =
            ["Security.Admission", "Security.Identity", "Security.Keys", "Transport.Lanes", "Transport.Links", "Transport.Native",
                "Transport.Sockets"],
        ["Transport.SharedMemory"] =
            ["Security.Admission", "Security.Identity", "Security.Keys", "Transport.Lanes", "Transport.Links", "Transport.Native",
                "Transport.Sockets"],
        // Its thread for handshakes measures itself.
        ["Transport.Grpc"] =
            ["Rpc", "Security.Admission", "Security.Identity", "Security.Keys", "Transport", "Transport.Lanes", "Transport.Links",
                "Transport.Native"],

        // What launchers' variables say, as pure functions of them.
        ["Launchers"] = [],
        ["Identity"] = ["Security.Identity"],
        ["Reduction"] = ["Framing", "Transport.Schedules"],
        // What is measured and traced, and the log of a program without a logger.
        ["Telemetry"] = ["Framing", "Transport", "Transport.Loops", "Transport.Schedules"],
        ["Collectives"] = ["Framing", "Telemetry", "Transport.Loops", "Transport.Schedules"],
        // A call of the user's that is more than one operation, or needs memory of its own.
        ["CompositeCalls"] = ["Collectives", "Framing", "Reduction", "Transport.Schedules"],
        // Who is to blame for a failure, decided without I/O.
        ["Faults"] = ["Framing", "Transport.Loops"],
        ["Membership.Wire"] = [],
        ["Membership"] =
        [
            "Faults", "Framing", "Identity", "Membership.Wire", "Rpc", "Security.Admission", "Security.Identity", "Security.Keys",
                "Security.Sealing", "Security.Sealing.IpsecMb", "Telemetry",
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
                "Reduction", "Security.Identity", "Security.Keys", "Security.Sealing",
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
    /// Single types used against the direction of <see cref="Uses"/>. These circles are known; listed type by type, they cannot grow
    /// unseen.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, string[]> UsesUpward = new Dictionary<string, string[]>
    {
        // A key schedule makes sealers, and a sealer steps its key; a suite is named by its code in the transcript, and its lengths are
        // those of keys and of frames.
        ["Security.Sealing"] = ["Security.Keys.KeyChain", "Security.Keys.SecretBytes", "Security.Keys.Suite", "Security.Keys.SuiteCode"],
        // An engine is one of those that AeadEngines chooses from, and proves itself before it is.
        ["Security.Sealing.Aegis"] = [
            "Security.Keys.Suite", "Security.Keys.SuiteCode", "Security.Sealing.AeadEngine", "Security.Sealing.AeadSelfTest"],
        ["Security.Sealing.IpsecMb"] = ["Security.Keys.Suite", "Security.Sealing.AeadEngine", "Security.Sealing.AeadSelfTest"],
        // Users import one namespace: it has the entry points (Job, Communicator) and the words in which they are described, which
        // everything below speaks too.
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
        // Every program that a launcher started ends with it.
        ["CommandLine"] = ["CommandLine.Launch.ParentWatch"],
    };
}
