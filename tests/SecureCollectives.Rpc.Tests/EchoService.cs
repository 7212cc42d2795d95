using System.Globalization;

namespace SecureCollectives.Rpc.Tests;

/// <summary>The tests' Echo service; Reference/echo_server.py does the same on the reference implementation.</summary>
internal sealed class EchoService
{
    public const string Failure = "schief gegangen: 50 % ✗\nzweite Zeile";

    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a call that waits has begun.</summary>
    public Task Started => _started.Task;

    /// <summary>Completes when the token of a call that waits has fired.</summary>
    public Task Cancelled => _cancelled.Task;

    public RpcServerCall? LastCall { get; private set; }

    public void AddTo(RpcMethodTable methods) => methods
        .AddUnary(EchoMethods.Say, SayAsync)
        .AddServerStreaming(EchoMethods.Count, CountAsync)
        .AddClientStreaming(EchoMethods.Join, JoinAsync)
        .AddDuplex(EchoMethods.Chat, ChatAsync);

    private async Task<Note> SayAsync(Note request, RpcServerCall call)
    {
        LastCall = call;
        switch (request.Text)
        {
            case "fail":
                throw Fail();
            case "throw":
                throw new InvalidDataException("a secret of the server");
            case "wait":
                await WaitAsync(call);
                return request;
            case "grow":
                return new Note { Text = new string('g', 5 << 20) };
            case "remaining":
                return new Note { Text = call.Remaining?.TotalSeconds.ToString(CultureInfo.InvariantCulture) ?? "none" };
            case "metadata":
                string text = call.RequestMetadata.GetText("x-text")!;
                byte[] raw = call.RequestMetadata.GetBytes("x-raw-bin")!;
                call.ResponseHeaders.Add("x-text", text);
                call.ResponseHeaders.Add("x-raw-bin", raw);
                call.ResponseTrailers.Add("x-text", text + "!");
                call.ResponseTrailers.Add("x-raw-bin", [.. raw.Reverse()]);
                return request;
            default:
                return request;
        }
    }

    private async Task CountAsync(Note request, RpcResponseWriter<Note> responses, RpcServerCall call)
    {
        switch (request.Text)
        {
            case "wait":
                await responses.WriteAsync(new Note { Text = "waiting" });
                await WaitAsync(call);
                break;
            case "fail":
                await responses.WriteAsync(new Note { Text = "0" });
                await responses.WriteAsync(new Note { Text = "1" });
                throw Fail();
            default:
                for (int number = 0; number < int.Parse(request.Text, CultureInfo.InvariantCulture); number++)
                {
                    await responses.WriteAsync(new Note { Text = number.ToString(CultureInfo.InvariantCulture) });
                }

                break;
        }
    }

    private async Task<Note> JoinAsync(RpcRequestReader<Note> requests, RpcServerCall call)
    {
        List<string> texts = [];
        await foreach (Note request in requests.ReadAllAsync())
        {
            texts.Add(request.Text != "fail" ? request.Text : throw Fail());
        }

        return new Note { Text = string.Join(',', texts) };
    }

    private async Task ChatAsync(RpcRequestReader<Note> requests, RpcResponseWriter<Note> responses, RpcServerCall call)
    {
        _started.TrySetResult();
        using CancellationTokenRegistration registration = call.CancellationToken.Register(() => _cancelled.TrySetResult());
        await foreach (Note request in requests.ReadAllAsync())
        {
            await responses.WriteAsync(request.Text != "fail" ? new Note { Text = request.Text + "?" } : throw Fail());
        }
    }

    private async Task WaitAsync(RpcServerCall call)
    {
        _started.TrySetResult();
        try
        {
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
        }
        finally
        {
            _cancelled.TrySetResult();
        }
    }

    private static RpcException Fail()
    {
        var trailers = new RpcMetadata();
        trailers.Add("x-reason", "asked for");
        trailers.Add("x-reason-bin", [0x00, 0xff, 0x10]);
        return new RpcException(RpcStatusCode.FailedPrecondition, Failure) { Trailers = trailers };
    }
}
