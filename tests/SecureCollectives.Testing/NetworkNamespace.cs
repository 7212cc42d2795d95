using System.Diagnostics;

namespace SecureCollectives.Testing;

/// <summary>
/// Network interfaces and an /etc/hosts of a test's own, in which it starts processes: what a host looks like to the worker on it. Needs
/// root.
/// </summary>
internal sealed class NetworkNamespace : IDisposable
{
    private const string Ready = "ready";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _holder;

    private NetworkNamespace(Process holder) => _holder = holder;

    /// <summary>Whether this process may make one.</summary>
    public static bool IsAllowed => Environment.IsPrivilegedProcess && File.Exists("/usr/bin/unshare") && File.Exists("/usr/bin/nsenter");

    /// <param name="hosts">What is /etc/hosts there; what the file holds later is seen there too.</param>
    /// <param name="addresses">Addresses of its loopback interface besides 127.0.0.1, with their prefix length.</param>
    public static async Task<NetworkNamespace> CreateAsync(string hosts, params string[] addresses)
    {
        // The holder ends with its input, and the namespaces with their last process.
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
                : throw new InvalidOperationException("The namespaces could not be made.");
        }
        catch
        {
            created.Dispose();
            throw;
        }
    }

    /// <summary>How a program is started in it.</summary>
    /// <param name="program">Of this repository, in the test's folder.</param>
    /// <param name="arguments">Its command line.</param>
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
