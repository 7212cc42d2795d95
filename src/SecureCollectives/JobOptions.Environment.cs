using System.Globalization;
using Microsoft.Extensions.Logging;

namespace SecureCollectives;

/// <content>Reading the environment that launchers prepare.</content>
public sealed partial class JobOptions
{
    /// <summary>
    /// Reads what torchrun and the like set (RANK, WORLD_SIZE, LOCAL_WORLD_SIZE, MASTER_ADDR, MASTER_PORT; under Slurm SLURM_PROCID and
    /// SLURM_NTASKS stand in for the first two) and SECURE_COLLECTIVES_* for the rest.
    /// </summary>
    /// <exception cref="MembershipException">A variable is not what it should be. What is missing is told by
    /// <see cref="Job.JoinAsync"/>.</exception>
    public static JobOptions FromEnvironment() => FromVariables(Environment.GetEnvironmentVariable);

    internal static JobOptions FromVariables(Func<string, string?> read)
    {
        var options = new JobOptions();
        (options.Rank, options.WorldSize) = Pair("RANK", "WORLD_SIZE") ?? Pair("SLURM_PROCID", "SLURM_NTASKS")
            ?? (options.Rank, options.WorldSize);
        options.LocalWorldSize = Number("LOCAL_WORLD_SIZE") ?? options.LocalWorldSize;
        options.MasterAddress = Text("MASTER_ADDR") ?? options.MasterAddress;
        options.MasterPort = Number("MASTER_PORT") ?? options.MasterPort;
        options.JobName = Text("SECURE_COLLECTIVES_JOB");
        options.RunId = Text("SECURE_COLLECTIVES_RUN_ID") ?? options.RunId;
        options.CertificatePath = Text("SECURE_COLLECTIVES_CERTIFICATE") ?? options.CertificatePath;
        options.KeyPath = Text("SECURE_COLLECTIVES_KEY") ?? options.KeyPath;
        options.AuthorityPath = Text("SECURE_COLLECTIVES_CA") ?? options.AuthorityPath;
        options.AdvertisedAddress = Text("SECURE_COLLECTIVES_ADVERTISED_ADDRESS");
        options.BindAddress = Text("SECURE_COLLECTIVES_BIND_ADDRESS");
        options.Port = Number("SECURE_COLLECTIVES_PORT") ?? options.Port;
        options.AllowPlaintext = Switch("SECURE_COLLECTIVES_ALLOW_PLAINTEXT");
        options.UnauthenticatedPerSource = Number("SECURE_COLLECTIVES_UNAUTHENTICATED_PER_SOURCE");
        options.Engine = Text("SECURE_COLLECTIVES_AEAD_ENGINE") switch
        {
            null => CipherEngine.Automatic,
            "openssl" => CipherEngine.OpenSsl,
            "ipsec-mb" => CipherEngine.IpsecMb,
            { } text => throw Misread("SECURE_COLLECTIVES_AEAD_ENGINE", text, "openssl or ipsec-mb, or not set"),
        };
        options.LocalTransport = Text("SECURE_COLLECTIVES_LOCAL_TRANSPORT") switch
        {
            null => LocalTransport.Automatic,
            "memory" => LocalTransport.Memory,
            "tcp" => LocalTransport.Tcp,
            { } text => throw Misread("SECURE_COLLECTIVES_LOCAL_TRANSPORT", text, "memory or tcp, or not set"),
        };
        options.JoinTimeout = Number("SECURE_COLLECTIVES_JOIN_TIMEOUT") is { } seconds
            ? TimeSpan.FromSeconds(seconds) : options.JoinTimeout;
        options.LogFrom = Text("SECURE_COLLECTIVES_LOG") switch
        {
            null => null,
            "trace" => LogLevel.Trace,
            "debug" => LogLevel.Debug,
            "information" => LogLevel.Information,
            "warning" => LogLevel.Warning,
            "error" => LogLevel.Error,
            { } text => throw Misread("SECURE_COLLECTIVES_LOG", text, "trace, debug, information, warning or error, or not set"),
        };
        return options;

        string? Text(string name) => read(name) is { Length: > 0 } value ? value : null;

        // Both from one launcher or none: half of the one and half of the other would make a world that nobody meant.
        (int, int)? Pair(string rank, string worldSize) => (Number(rank), Number(worldSize)) switch
        {
            (null, null) => null,
            ({ } first, { } second) => (first, second),
            (null, _) => throw Missing(rank, worldSize),
            _ => throw Missing(worldSize, rank),
        };

        int? Number(string name) => Text(name) switch
        {
            null => null,
            { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
            { } text => throw Misread(name, text, "a whole number"),
        };

        // Only 1 switches protection off: a mistyped value must not.
        bool Switch(string name) => Text(name) switch
        {
            null or "0" => false,
            "1" => true,
            { } text => throw Misread(name, text, "0 or 1"),
        };
    }

    private static MembershipException Missing(string name, string other) =>
        new(MembershipError.Configuration, $"The environment variable {other} is set but {name} is not; set both or neither.");

    private static MembershipException Misread(string name, string text, string wanted) =>
        new(MembershipError.Configuration, $"The environment variable {name} is '{text}'; it should be {wanted}.");
}
