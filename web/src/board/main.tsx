document.getElementById('root')!.textContent = '';
