using System.Diagnostics;

namespace SecureCollectives.Testing;

/// <summary>
/// A network namespace with its own /etc/hosts, in which a test starts processes to simulate a worker's host. Requires root.
/// </summary>
internal sealed class NetworkNamespace : IDisposable
{
    private const string Ready = "ready";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _holder;

    private NetworkNamespace(Process holder) => _holder = holder;

    /// <summary>Whether this process may create one.</summary>
    public static bool IsAllowed => Environment.IsPrivilegedProcess && File.Exists("/usr/bin/unshare") && File.Exists("/usr/bin/nsenter");

    /// <param name="hosts">The path of a file to mount as /etc/hosts. Later changes to the file are visible in the namespace.</param>
    /// <param name="addresses">Addresses of the loopback interface in addition to 127.0.0.1, each with its prefix length.</param>
    public static async Task<NetworkNamespace> CreateAsync(string hosts, params string[] addresses)
    {
        // The holder exits when its input ends, and the namespaces disappear with their last process.
        var script = "mount --bind \"$1\" /etc/hosts && ip link set lo up && shift && for a; do ip addr add \"$a\" dev lo || exit 1; done"
            + $" && echo {Ready} && exec cat";
        var holder = Process.Start(new ProcessStartInfo("unshare", ["-n", "-m", "sh", "-c", script, "holder", hosts, .. addresses])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var created = new NetworkNamespace(holder);
        try
        {
            return await holder.StandardOutput.ReadLineAsync().WaitAsync(Limit) == Ready
                ? created
                : throw new InvalidOperationException("The namespaces could not be created.");
        }
        catch
        {
            created.Dispose();
            throw;
        }
    }

    /// <summary>Returns the start information for a program in the namespace.</summary>
    /// <param name="program">The name of a program in the test's output folder.</param>
    /// <param name="arguments">The command line of the program.</param>
    public ProcessStartInfo Start(string program, params string[] arguments) => new(
        "nsenter", ["-t", $"{_holder.Id}", "-n", "-m", Path.Combine(AppContext.BaseDirectory, program), .. arguments]);

    public void Dispose()
    {
        if (!_holder.HasExited)
        {
            _holder.Kill();
        }

        _holder.Dispose();
    }
}
